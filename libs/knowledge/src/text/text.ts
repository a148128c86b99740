/**
 * The Text: an article in one language, the source language too; one decider for all of them. Pure: no Nest, no
 * database, no clock.
 */
import type { significances } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { type ArticleOrigin, mustBeThere } from '../article/article.js';
import { slugOf } from '../content/slug.js';

export type Significance = (typeof significances)[number];

export interface TextContent {
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  /** Markdown. */
  readonly body: string;
}

interface OfText {
  readonly articleId: string;
  readonly locale: string;
  readonly at: string;
}
interface Writing extends OfText, TextContent {
  /** Counts from 1 in each language; each save makes one. */
  readonly revision: number;
  /** The revision that it was made of; 0 for the first. */
  readonly basedOn: number;
  /** Of a translation: the revision of the source that it renders. */
  readonly follows?: number;
  readonly origin: ArticleOrigin;
  /** Who wrote it. */
  readonly personId: string;
}
interface Publishing extends OfText {
  readonly revision: number;
  readonly title: string;
  readonly slug: string;
  readonly significance?: Significance;
  readonly follows?: number;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type TextEvent =
  | DomainEvent<'TranslationDrafted', Writing>
  | DomainEvent<'TranslationSubmitted', OfText & { readonly revision: number; readonly personId: string }>
  | DomainEvent<'TranslationReturned', OfText & { readonly revision: number; readonly reason: string }>
  | DomainEvent<'TranslationPublished', Publishing>
  | DomainEvent<'TranslationWithdrawn', OfText>;

/** The article as it was found. */
export interface ArticleOfText {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  readonly sourceLocale: string;
}

/** The text in the source language as it was found; null for a command on that text itself. */
export interface SourceOfText {
  readonly published: number | null;
}

interface Asking extends OfText {
  readonly article: ArticleOfText;
}

// Intentions, never stored. Ids and time arrive inside, so that deciding stays pure.
export type TextCommand =
  | DomainCommand<
      'SaveDraft',
      Asking & TextContent & Pick<Writing, 'follows' | 'origin' | 'personId'> & { readonly source: SourceOfText | null }
    >
  | DomainCommand<'SubmitText', Asking & { readonly personId: string }>
  | DomainCommand<'ReturnText', Asking & { readonly reason: string }>
  | DomainCommand<
      'PublishText',
      Asking & {
        readonly revision: number;
        readonly significance?: Significance;
        readonly personId: string;
        readonly fourEyes: boolean;
        readonly source: SourceOfText | null;
      }
    >
  | DomainCommand<'WithdrawText', Asking>;

/** A revision that was written and not published yet. */
interface Draft {
  readonly revision: number;
  readonly content: TextContent;
  readonly follows: number | null;
  readonly personId: string;
  readonly isSubmitted: boolean;
}
interface Published {
  readonly revision: number;
  readonly title: string;
  readonly follows: number | null;
  readonly personId: string;
  readonly isWithdrawn: boolean;
}

export interface Text {
  /** The newest; 0 for a text that nobody has written. */
  readonly revision: number;
  /** At most one, above the published revision. */
  readonly draft: Draft | null;
  /** The one published last, withdrawn or not. */
  readonly published: Published | null;
}
const initial: Text = { revision: 0, draft: null, published: null };

const evolve = (text: Text, { type, data }: TextEvent): Text => {
  const { draft, published } = text;
  switch (type) {
    case 'TranslationDrafted': {
      const { revision, title, summary, keywords, body, follows = null, personId } = data;
      const content = { title, summary, keywords, body };
      return { ...text, revision, draft: { revision, content, follows, personId, isSubmitted: false } };
    }
    case 'TranslationSubmitted':
      return { ...text, draft: draft && { ...draft, isSubmitted: true } };
    case 'TranslationReturned':
      return { ...text, draft: draft && { ...draft, isSubmitted: false } };
    case 'TranslationPublished': {
      const { revision, title, follows = null } = data;
      const { personId } = (draft?.revision === revision ? draft : published) ?? { personId: '' };
      const rest = draft?.revision === revision ? null : draft;
      return { ...text, draft: rest, published: { revision, title, follows, personId, isWithdrawn: false } };
    }
    case 'TranslationWithdrawn':
      return { ...text, published: published && { ...published, isWithdrawn: true } };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: TextCommand, text: Text): readonly TextEvent[] => {
  const { article, articleId, locale, at } = data;
  const of = { articleId, locale, at };
  mustBeThere(article);
  if (type !== 'SaveDraft' && text.revision === 0)
    throw new DomainError('unknown-text', 'The article has no text in this language.', { locale }, 'unknown');
  if (type === 'WithdrawText') return withdraw(of, text);
  if (article.isArchived) throw new DomainError('article-archived', 'The article is archived. Reinstate it first.');
  const { draft } = text;
  switch (type) {
    case 'SaveDraft':
      return save(data, text);
    case 'SubmitText': {
      if (draft === null) throw new DomainError('nothing-to-submit', 'All that was written is published.');
      const { personId } = data;
      return draft.isSubmitted
        ? []
        : [{ type: 'TranslationSubmitted', data: { ...of, revision: draft.revision, personId } }];
    }
    case 'ReturnText': {
      if (draft?.isSubmitted !== true) throw new DomainError('not-submitted', 'Nobody has submitted the text.');
      const { reason } = data;
      return [{ type: 'TranslationReturned', data: { ...of, revision: draft.revision, reason } }];
    }
    case 'PublishText':
      return publish(data, text);
  }
};

type DataOf<Type extends TextCommand['type']> = Extract<TextCommand, { type: Type }>['data'];

function save(data: DataOf<'SaveDraft'>, { revision, draft, published }: Text): TextEvent[] {
  const { articleId, locale, at, source, follows: named, title, summary, keywords, body, origin, personId } = data;
  const follows = source && (named ?? (draft ?? published)?.follows ?? source.published);
  const content = { title, summary, keywords, body };
  if (draft !== null && draft.follows === follows && alike(draft.content, content)) return [];
  const basedOn = (draft ?? published)?.revision ?? 0;
  const more = { revision: revision + 1, basedOn, ...(follows !== null && { follows }), origin, personId };
  return [{ type: 'TranslationDrafted', data: { articleId, locale, ...content, ...more, at } }];
}

const alike = (a: TextContent, b: TextContent): boolean =>
  a.title === b.title &&
  a.summary === b.summary &&
  a.body === b.body &&
  a.keywords.length === b.keywords.length &&
  a.keywords.every((keyword, i) => keyword === b.keywords[i]);

function publish(data: DataOf<'PublishText'>, { draft, published }: Text): TextEvent[] {
  const { articleId, locale, at, revision, significance, source } = data;
  if (published?.revision === revision && !published.isWithdrawn) return [];
  const chosen = draft?.revision === revision ? { ...draft, title: draft.content.title } : published;
  if (chosen?.revision !== revision) throw notTheDraft(revision, draft);
  if (data.fourEyes && chosen.personId === data.personId) {
    const words = 'Somebody else than who wrote the revision publishes it here.';
    throw new DomainError('own-draft', words, { revision });
  }
  const { title, follows } = chosen;
  if (source === null) mustSaySignificance(significance, published);
  else mustFollow(source, follows);
  const more = source === null ? { significance: significance ?? 'update' } : follows !== null && { follows };
  return [
    {
      type: 'TranslationPublished',
      data: { articleId, locale, at, revision, title, slug: slugOf(title, locale) || 'article', ...more },
    },
  ];
}

/** Whoever publishes names what they have read: what was written since is not published unread. */
function notTheDraft(revision: number, draft: Draft | null): DomainError {
  if (draft === null) return new DomainError('nothing-to-publish', 'All that was written is published.', { revision });
  const words = `Revision ${draft.revision} is the draft now: read it, and publish that one.`;
  return new DomainError('not-the-draft', words, { revision, draft: draft.revision });
}

/** There is nothing that the first publication could outdate. */
function mustSaySignificance(significance: Significance | undefined, published: Published | null): void {
  if (published === null || significance !== undefined) return;
  const words = 'Say how much the change matters to the translations: minor, update or major.';
  throw new DomainError('significance-missing', words, {}, 'invalid');
}

function mustFollow({ published }: SourceOfText, follows: number | null): void {
  if (published === null)
    throw new DomainError('source-not-published', 'Publish the text in the source language first.');
  if (follows !== null && follows <= published) return;
  const words = 'The translation follows a revision of the source that is not published. Name one that is.';
  throw new DomainError('follows-unreleased', words, { follows, published });
}

function withdraw(of: OfText, { published }: Text): TextEvent[] {
  if (published === null) throw new DomainError('not-published', 'Nothing of the text is published.');
  return published.isWithdrawn ? [] : [{ type: 'TranslationWithdrawn', data: of }];
}

export const textDecider: Decider<Text, TextCommand, TextEvent> = { category: 'text', initial, evolve, decide };

/** What follows `text-` in the stream's name. */
export const textStreamId = (articleId: string, locale: string): string => `${articleId}.${locale}`;
