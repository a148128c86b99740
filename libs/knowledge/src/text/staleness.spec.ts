/** What translations lack, counted through all decisions, against a model that knows nothing of blocks and hashes. */
import fc from 'fast-check';
import { sourceHistory, stalenessOf } from './source-history.js';
import { type Significance, type Text, textDecider, type TextCommand, type TextEvent } from './text.js';

const at = '2026-03-02T09:00:00.000Z';
const articleId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
const article = { isThere: true, isArchived: false, sourceLocale: 'en' };
const by = { origin: 'person', personId: 'ann' } as const;
const paragraphs = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];
/** Alike from version to version, and unlike one another. */
const bodyOf = (versions: readonly number[]): string =>
  versions.map((version, i) => `${`${paragraphs[i]} `.repeat(8)}v${version}`).join('\n\n');

type Action =
  | {
      readonly type: 'edit';
      readonly changed: readonly boolean[];
      readonly significance: Significance;
      readonly release: boolean;
    }
  | { readonly type: 'release' | 'confirm' | 'translate' };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      changed: fc.array(fc.boolean(), { minLength: paragraphs.length, maxLength: paragraphs.length }),
      significance: fc.constantFrom('minor', 'update', 'major' as const),
      release: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('release', 'confirm', 'translate' as const) }) },
);

/** One text, by its decisions. */
class OneText {
  state: Text = textDecider.initial;
  readonly events: TextEvent[] = [];

  constructor(private readonly locale: string) {}

  do(command: (of: { articleId: string; locale: string; at: string; article: typeof article }) => TextCommand): void {
    const events = textDecider.decide(command({ articleId, locale: this.locale, at, article }), this.state);
    this.state = events.reduce((state, event) => textDecider.evolve(state, event), this.state);
    this.events.push(...events);
  }
}

/** What is published of the source, each with the versions of its paragraphs; and what is released and followed. */
interface Model {
  readonly publications: { readonly versions: readonly number[]; readonly significance: Significance }[];
  released: number;
  follows: number;
}

/** Paragraphs that differ, and were changed by more than a minor edit since. Revisions count from 1. */
function outdatedIn({ publications, released, follows }: Model): number {
  const versionsAt = (revision: number) => publications[revision - 1]!.versions;
  return paragraphs.filter((_, i) => {
    const edits = publications.slice(follows, released);
    const isChanged = edits.some(
      ({ versions, significance }, edit) => significance !== 'minor' && versions[i] !== versionsAt(follows + edit)[i],
    );
    return isChanged && versionsAt(released)[i] !== versionsAt(follows)[i];
  }).length;
}

function play(actions: readonly Action[]): { readonly counted: number[]; readonly expected: number[] } {
  const [source, translation] = [new OneText('en'), new OneText('fr')];
  const model: Model = { publications: [], released: 1, follows: 1 };
  const publish = (versions: readonly number[], significance: Significance, release: boolean) => {
    source.do((of) => ({ type: 'SaveDraft', data: { ...of, ...by, ...content(bodyOf(versions)), source: null } }));
    source.do((of) => ({
      type: 'PublishText',
      data: {
        ...of,
        revision: source.state.revision,
        significance,
        release,
        personId: 'ed',
        fourEyes: false,
        source: null,
      },
    }));
    model.publications.push({ versions, significance });
    if (release) model.released = model.publications.length;
  };
  const found = () => {
    const { published, released, publications } = source.state;
    return { published: published?.revision ?? null, released, publications };
  };
  const translate = () => {
    const follows = model.released;
    const written = { ...content(`texte ${translation.state.revision}`), follows };
    translation.do((of) => ({ type: 'SaveDraft', data: { ...of, ...by, ...written, source: found() } }));
    const { revision } = translation.state;
    translation.do((of) => ({
      type: 'PublishText',
      data: { ...of, revision, release: false, personId: 'ed', fourEyes: false, source: found() },
    }));
    model.follows = follows;
  };
  const carryOut: Record<Action['type'], (action: Action) => void> = {
    edit: (action) => {
      if (action.type !== 'edit') return;
      const before = model.publications.at(-1)!.versions;
      const versions = before.map((version, i) => (action.changed[i] ? (version + 1) % 3 : version));
      publish(versions, action.significance, action.release);
    },
    release: () => {
      source.do((of) => ({ type: 'ReleaseText', data: { ...of, revision: source.state.revision, source: null } }));
      model.released = model.publications.length;
    },
    confirm: () => {
      translation.do((of) => ({
        type: 'ConfirmText',
        data: { ...of, sourceRevision: model.released, source: found() },
      }));
      model.follows = model.released;
    },
    translate,
  };
  publish(
    paragraphs.map(() => 0),
    'update',
    true,
  );
  translate();
  const [counted, expected]: [number[], number[]] = [[], []];
  for (const action of actions) {
    carryOut[action.type](action);
    const follows = translation.state.published?.follows ?? 0;
    const lack = stalenessOf(sourceHistory(source.events), follows)!;
    const { sourceRevision, changedBlocks, changedWords, significance = null } = lack;
    translation.do((of) => ({
      type: 'OutdateText',
      data: { ...of, follows, sourceRevision, changedBlocks, changedWords, significance },
    }));
    counted.push(translation.state.lack?.changedBlocks ?? 0);
    expected.push(outdatedIn(model));
  }
  return { counted, expected };
}

const content = (body: string) => ({ title: 'T', summary: '', keywords: [], body });

it(
  'counts the paragraphs of a model, in whatever order edits, releases, confirmations and translations come',
  () =>
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 12 }), (actions) => {
        const { counted, expected } = play(actions);
        expect(counted).toEqual(expected);
      }),
      { numRuns: 150 },
    ),
  60_000,
);

it('counts nothing for a minor edit, and words for a real one', () => {
  const edit = (significance: Significance): Action => ({
    ...{ type: 'edit', significance, release: true, changed: [true, false, true, false, false] },
  });
  expect(play([edit('minor')]).counted).toEqual([0]);
  expect(play([edit('minor'), edit('update'), { type: 'confirm' }]).counted).toEqual([0, 2, 0]);
});
