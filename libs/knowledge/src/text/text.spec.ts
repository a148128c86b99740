import { specification } from '@guichet/event-sourcing/testing';
import { splitBlocks } from '../content/text-facts.js';
import { textDecider, type TextCommand, type TextContent, type TextEvent } from './text.js';

const given = specification(textDecider);
const at = '2026-03-02T09:00:00.000Z';
const of = { articleId: '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001', locale: 'en', at };
const there = { isThere: true, isArchived: false, sourceLocale: 'en' };
const published = { published: 3, released: 3, publications: [1, 2, 3] };
const content: TextContent = { title: 'Get a refund', summary: '', keywords: ['money'], body: 'Ask.' };

type Data<Type extends TextCommand['type']> = Extract<TextCommand, { type: Type }>['data'];
const save = (more: Partial<Data<'SaveDraft'>> = {}): TextCommand => ({
  type: 'SaveDraft',
  data: { ...of, article: there, ...content, origin: 'person', personId: 'ann', source: null, ...more },
});
const submit = (more: Partial<Data<'SubmitText'>> = {}): TextCommand => ({
  type: 'SubmitText',
  data: { ...of, article: there, personId: 'ann', ...more },
});
const giveBack = (more: Partial<Data<'ReturnText'>> = {}): TextCommand => ({
  type: 'ReturnText',
  data: { ...of, article: there, reason: 'Too long.', ...more },
});
const publish = (revision: number, more: Partial<Data<'PublishText'>> = {}): TextCommand => ({
  type: 'PublishText',
  data: { ...of, article: there, revision, personId: 'ed', fourEyes: false, source: null, release: false, ...more },
});
const withdraw = (more: Partial<Data<'WithdrawText'>> = {}): TextCommand => ({
  type: 'WithdrawText',
  data: { ...of, article: there, ...more },
});

const release = (revision: number, more: Partial<Data<'ReleaseText'>> = {}): TextCommand => ({
  type: 'ReleaseText',
  data: { ...of, article: there, revision, source: null, ...more },
});
const confirm = (sourceRevision: number, more: Partial<Data<'ConfirmText'>> = {}): TextCommand => ({
  type: 'ConfirmText',
  data: { ...of, article: there, sourceRevision, source: published, ...more },
});
const restore = (from: number, more: Partial<Data<'RestoreRevision'>> = {}): TextCommand => ({
  type: 'RestoreRevision',
  data: { ...of, article: there, from, content: null, origin: 'person', personId: 'ann', ...more },
});

/** One paragraph, which every revision keeps. */
const blocks = (body = content.body) => splitBlocks(body).map(({ hash }) => ({ id: '1.1', hash }));

type Fact<Type extends TextEvent['type']> = Extract<TextEvent, { type: Type }>['data'];
const saved = (revision: number, more: Partial<Fact<'TranslationDrafted'>> = {}): TextEvent => ({
  type: 'TranslationDrafted',
  data: {
    ...{ ...of, ...content, revision, basedOn: revision - 1, origin: 'person', personId: 'ann' },
    ...{ ...more, blocks: blocks(more.body) },
  },
});
const submitted = (revision: number): TextEvent => ({
  type: 'TranslationSubmitted',
  data: { ...of, revision, personId: 'ann' },
});
const returned = (revision: number): TextEvent => ({
  type: 'TranslationReturned',
  data: { ...of, revision, reason: 'Too long.' },
});
const isPublished = (revision: number, more: Partial<Fact<'TranslationPublished'>> = {}): TextEvent => ({
  type: 'TranslationPublished',
  data: { ...of, revision, title: 'Get a refund', slug: 'get-a-refund', words: 1, ...more },
});
const asUpdate = { significance: 'update' } as const;
const withdrawn: TextEvent = { type: 'TranslationWithdrawn', data: of };

describe('saving a draft', () => {
  it('makes a revision each time, based on what was there', () => {
    given().when(save()).then(saved(1));
    given(saved(1))
      .when(save({ body: 'Ask us.' }))
      .then(saved(2, { body: 'Ask us.' }));
    given(saved(1), isPublished(1))
      .when(save({ body: 'Ask us.' }))
      .then(saved(2, { body: 'Ask us.' }));
  });
  it('makes none of what is saved already', () => given(saved(1)).when(save()).thenNothing());
  it('makes one of what is published already: somebody may want to go back to it', () =>
    given(saved(1), isPublished(1)).when(save()).then(saved(2)));
  it('follows the published source at first, then what the translation followed, unless another is named', () => {
    given()
      .when(save({ source: published }))
      .then(saved(1, { follows: 3 }));
    given(saved(1, { follows: 2 }))
      .when(save({ source: published, title: 'New' }))
      .then(saved(2, { title: 'New', follows: 2 }));
    given(saved(1, { follows: 2 }), isPublished(1, { follows: 2 }))
      .when(save({ source: published, follows: 3 }))
      .then(saved(2, { follows: 3 }));
    given()
      .when(save({ source: { published: null, released: null, publications: [] } }))
      .then(saved(1));
  });
});

describe('reviewing', () => {
  it('is asked for once', () => {
    given(saved(1)).when(submit()).then(submitted(1));
    given(saved(1), submitted(1)).when(submit()).thenNothing();
  });
  it('is asked for again after a change', () =>
    given(saved(1), submitted(1), saved(2)).when(submit()).then(submitted(2)));
  it('gives the draft back', () => {
    given(saved(1), submitted(1)).when(giveBack()).then(returned(1));
    given(saved(1), submitted(1), returned(1)).when(submit()).then(submitted(1));
  });
});

describe('publishing', () => {
  it('makes an address of the title', () => given(saved(1)).when(publish(1)).then(isPublished(1, asUpdate)));
  it('happens once', () => given(saved(1), isPublished(1)).when(publish(1)).thenNothing());
  it('says how much the change matters, from the second time on', () => {
    const history = [saved(1), isPublished(1, asUpdate), saved(2)];
    given(...history)
      .when(publish(2))
      .thenRefused('significance-missing');
    given(...history)
      .when(publish(2, { significance: 'minor' }))
      .then(isPublished(2, { significance: 'minor' }));
  });
  it('of a translation names what it follows, and no significance', () =>
    given(saved(1, { follows: 3 }))
      .when(publish(1, { source: published, significance: 'major' }))
      .then(isPublished(1, { follows: 3 })));
  it('is undone, once, and done again', () => {
    given(saved(1), isPublished(1)).when(withdraw()).then(withdrawn);
    given(saved(1), isPublished(1), withdrawn).when(withdraw()).thenNothing();
    given(saved(1), isPublished(1, asUpdate), withdrawn)
      .when(publish(1, { significance: 'minor' }))
      .then(isPublished(1, { significance: 'minor' }));
  });
  it('leaves a newer draft a draft', () =>
    expect(given(saved(1), isPublished(1), saved(2), withdrawn, isPublished(1)).state().draft?.revision).toBe(2));
});

describe('releasing', () => {
  const released = (revision: number): TextEvent => ({ type: 'TranslationReleased', data: { ...of, revision } });
  const twice = [saved(1), isPublished(1, asUpdate), saved(2), isPublished(2, asUpdate)];

  it('comes with the publication of the source where it is asked for, and of nothing else', () => {
    given(saved(1))
      .when(publish(1, { release: true }))
      .then(isPublished(1, asUpdate), released(1));
    given(saved(1, { follows: 3 }))
      .when(publish(1, { release: true, source: published }))
      .then(isPublished(1, { follows: 3 }));
    given(saved(1), isPublished(1, asUpdate), released(1), withdrawn)
      .when(publish(1, { release: true, significance: 'minor' }))
      .then(isPublished(1, { significance: 'minor' }));
  });
  it('of several edits is one', () => {
    given(...twice)
      .when(release(2))
      .then(released(2));
    given(...twice, released(2))
      .when(release(2))
      .thenNothing();
    given(...twice, released(2))
      .when(release(1))
      .thenNothing();
    given(...twice, released(1))
      .when(release(2))
      .then(released(2));
  });
  it('is for the source, and for what is published', () => {
    given(...twice)
      .when(release(3))
      .thenRefused('not-published');
    given(...twice)
      .when(release(2, { source: published }))
      .thenRefused('not-the-source');
  });
});

describe('confirming', () => {
  const history = [saved(1, { follows: 1 }), isPublished(1, { follows: 1 })];
  const isConfirmed = (sourceRevision: number): TextEvent => ({
    type: 'TranslationConfirmed',
    data: { ...of, sourceRevision },
  });
  it('says that the translation is right for a newer source, once', () => {
    given(...history)
      .when(confirm(3))
      .then(isConfirmed(3));
    given(...history, isConfirmed(3))
      .when(confirm(3))
      .thenNothing();
    given(...history, isConfirmed(3))
      .when(confirm(2))
      .thenNothing();
    given(...history)
      .when(confirm(1))
      .thenNothing();
  });
  it('is for translations, and for what is released', () => {
    given(...history)
      .when(confirm(2, { source: null }))
      .thenRefused('not-a-translation');
    given(...history)
      .when(confirm(4))
      .thenRefused('follows-unreleased');
    given(...history)
      .when(confirm(3, { source: { ...published, published: null } }))
      .thenRefused('source-not-published');
  });
});

describe('restoring', () => {
  const before = { ...content, body: 'As it was.', follows: null, blocks: blocks('As it was.') };
  it('makes a draft, and says of what', () =>
    given(saved(1), isPublished(1), saved(2))
      .when(restore(1, { content: before }))
      .then(saved(3, { body: 'As it was.' }), {
        ...{ type: 'RevisionRestored', data: { ...of, revision: 3, from: 1 } },
      }));
  it('has nothing to do where the draft says so', () =>
    given(saved(1, { body: 'As it was.' }))
      .when(restore(1, { content: before }))
      .thenNothing());
  it('brings back what the translation followed', () =>
    given(saved(1, { follows: 1 }), saved(2, { follows: 2, body: 'New.' }))
      .when(restore(1, { content: { ...content, follows: 1, blocks: blocks() } }))
      .then(saved(3, { follows: 1 }), {
        ...{ type: 'RevisionRestored', data: { ...of, revision: 3, from: 1 } },
      }));
});

/** A history that ends in each state, and the refusal of each command there; `ok` where it is none. */
const histories: Record<string, readonly TextEvent[]> = {
  nothing: [],
  draft: [saved(1)],
  submitted: [saved(1), submitted(1)],
  returned: [saved(1), submitted(1), returned(1)],
  published: [saved(1), isPublished(1)],
  'draft above': [saved(1), isPublished(1), saved(2)],
  'submitted above': [saved(1), isPublished(1), saved(2), submitted(2)],
  withdrawn: [saved(1), isPublished(1), withdrawn],
};
const commands: Record<string, TextCommand> = {
  save: save({ body: 'New.' }),
  submit: submit(),
  return: giveBack(),
  'publish 1': publish(1, { significance: 'major' }),
  'publish 9': publish(9, { significance: 'major' }),
  withdraw: withdraw(),
  release: release(1),
  confirm: confirm(3),
  restore: restore(9),
};
const unpublished = {
  ...{ nothing: 'unknown-text', draft: 'not-published', submitted: 'not-published', returned: 'not-published' },
};
const refusals: Record<keyof typeof commands, Partial<Record<keyof typeof histories, string>>> = {
  save: {},
  submit: {
    ...{ nothing: 'unknown-text', published: 'nothing-to-submit', withdrawn: 'nothing-to-submit' },
  },
  return: {
    ...{ nothing: 'unknown-text', draft: 'not-submitted', returned: 'not-submitted', published: 'not-submitted' },
    ...{ 'draft above': 'not-submitted', withdrawn: 'not-submitted' },
  },
  'publish 1': { nothing: 'unknown-text' },
  'publish 9': {
    ...{ nothing: 'unknown-text', draft: 'not-the-draft', submitted: 'not-the-draft', returned: 'not-the-draft' },
    ...{ published: 'nothing-to-publish', withdrawn: 'nothing-to-publish' },
    ...{ 'draft above': 'not-the-draft', 'submitted above': 'not-the-draft' },
  },
  withdraw: unpublished,
  release: unpublished,
  confirm: { ...unpublished, withdrawn: 'not-published' },
  restore: {
    ...Object.fromEntries(Object.keys(histories).map((state) => [state, 'unknown-revision'])),
    nothing: 'unknown-text',
  },
};
const pairs = Object.keys(commands).flatMap((command) =>
  Object.keys(histories).map((state) => [command, state] as const),
);

it.each(pairs)('%s of a text that is %s is refused or not, as the table says', (command, state) => {
  const code = refusals[command]?.[state];
  const history = given(...histories[state]!);
  if (code !== undefined) history.when(commands[command]!).thenRefused(code);
  else expect(() => textDecider.decide(commands[command]!, history.state())).not.toThrow();
});

it.each(Object.keys(histories))('no article, no text: %s', (state) => {
  for (const { type, data } of Object.values(commands)) {
    const nowhere = { type, data: { ...data, article: { ...there, isThere: false } } } as TextCommand;
    given(...histories[state]!)
      .when(nowhere)
      .thenRefused('unknown-article');
  }
});

it.each(Object.keys(histories).filter((state) => state !== 'nothing'))(
  'an archived article changes no more: %s',
  (state) => {
    for (const [name, { type, data }] of Object.entries(commands).filter(([command]) => command !== 'withdraw')) {
      const archived = { type, data: { ...data, article: { ...there, isArchived: true } } } as TextCommand;
      expect(name).not.toBe('withdraw');
      given(...histories[state]!)
        .when(archived)
        .thenRefused('article-archived');
    }
  },
);

it.each(['draft', 'submitted', 'returned', 'withdrawn'])(
  'needs a second pair of eyes, if the rule says so: %s',
  (state) => {
    const alone = { fourEyes: true, personId: 'ann', significance: 'update' } as const;
    given(...histories[state]!)
      .when(publish(1, alone))
      .thenRefused('own-draft');
    given(...histories[state]!)
      .when(publish(1, { ...alone, personId: 'ed' }))
      .then(isPublished(1, asUpdate));
  },
);

it.each([
  ['source-not-published', { ...published, published: null }, 3],
  ['follows-unreleased', { ...published, released: 2 }, 3],
  ['follows-unreleased', { ...published, publications: [1, 3] }, 2],
  ['follows-unreleased', { ...published, released: null }, 3],
  ['follows-unreleased', published, undefined],
] as const)('a translation is refused with %s where the source is %j and it follows %s', (code, source, follows) =>
  given(saved(1, follows === undefined ? {} : { follows }))
    .when(publish(1, { source }))
    .thenRefused(code),
);

it.each(Object.keys(histories))('keeps data of people out of a draft unless it is acknowledged: %s', (state) => {
  const datum = { kind: 'email', from: 4, to: 17, path: 'body', text: 'jane@firma.pl' } as const;
  const body = 'Ask jane@firma.pl.';
  const history = histories[state]!;
  given(...history)
    .when(save({ body, personalData: [datum] }))
    .thenRefused('personal-data-found');
  given(...history)
    .when(save({ body, personalData: [datum], acknowledged: ['jane'] }))
    .thenRefused('personal-data-found');
  const command = save({ body, personalData: [datum], acknowledged: ['jane@firma.pl'] });
  expect(textDecider.decide(command, given(...history).state())).toMatchObject([
    { type: 'TranslationDrafted', data: { body } },
  ]);
});

it.each(['draft', 'submitted', 'returned', 'withdrawn'])(
  'leads no reader to what they may not read, unless that is acknowledged: %s',
  (state) => {
    const to = [
      { number: 7, audience: 'agents' },
      { number: 8, audience: 'signed-in' },
      { number: 9, audience: 'public' },
    ] as const;
    const publishFor = (audience: 'public' | 'signed-in' | 'agents', acknowledgedLinks?: number[]) =>
      given(...histories[state]!).when(
        publish(1, { ...asUpdate, links: { audience, to }, ...(acknowledgedLinks && { acknowledgedLinks }) }),
      );
    publishFor('public').thenRefused('links-to-narrower-audience');
    publishFor('public', [7]).thenRefused('links-to-narrower-audience');
    publishFor('signed-in', [8]).thenRefused('links-to-narrower-audience');
    publishFor('signed-in', [7]).then(isPublished(1, asUpdate));
    publishFor('public', [8, 7]).then(isPublished(1, asUpdate));
    publishFor('agents').then(isPublished(1, asUpdate));
  },
);
