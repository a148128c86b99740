/**
 * The Text: an article in one language, the source language too; one decider for all of them. Pure: no Nest, no
 * database, no clock.
 */
import type { significances } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { type ArticleOrigin, mustBeThere } from '../article/article.js';
import { mustBeAcknowledged, type PersonalDatum } from '../content/personal-data-in.js';
import type { LinksOfArticle } from './narrower-links.js';
import { publish } from './publishing.js';
import { confirm, type Lack, outdate, release } from './staleness.js';
import { type StoredBlock, storedBlocks, type StoredText } from './stored-blocks.js';

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
export interface Writing extends OfText, TextContent {
  /** Counts from 1 in each language; each save makes one. */
  readonly revision: number;
  /** The revision that it was made of; 0 for the first. */
  readonly basedOn: number;
  readonly blocks: readonly StoredBlock[];
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
  readonly words: number;
}
// Facts, stored for ever: add optional fields; never rename, never remove.
export type TextEvent =
  | DomainEvent<'TranslationDrafted', Writing>
  | DomainEvent<'TranslationSubmitted', OfText & { readonly revision: number; readonly personId: string }>
  | DomainEvent<'TranslationReturned', OfText & { readonly revision: number; readonly reason: string }>
  | DomainEvent<'TranslationPublished', Publishing>
  | DomainEvent<'TranslationWithdrawn', OfText>
  /** Of the source: what translations should follow. */
  | DomainEvent<'TranslationReleased', OfText & { readonly revision: number }>
  /** Of a translation: right as it is for a newer revision of the source. */
  | DomainEvent<'TranslationConfirmed', OfText & { readonly sourceRevision: number }>
  | DomainEvent<'TranslationOutdated', OfText & Lack>
  /** Comes after the draft that was made so. */
  | DomainEvent<'RevisionRestored', OfText & { readonly revision: number; readonly from: number }>;

/** The article as it was found. */
export interface ArticleOfText {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  readonly sourceLocale: string;
}

/** The text in the source language as it was found; null for a command on that text itself. */
export interface SourceOfText {
  readonly published: number | null;
  /** The newest revision that translations should follow. */
  readonly released: number | null;
  /** Every revision that was ever published. */
  readonly publications: readonly number[];
}

interface Asking extends OfText {
  readonly article: ArticleOfText;
}

// Intentions, never stored. Ids and time arrive inside, so that deciding stays pure.
export type TextCommand =
  | DomainCommand<
      'SaveDraft',
      Asking &
        TextContent &
        Pick<Writing, 'follows' | 'origin' | 'personId'> & {
          readonly source: SourceOfText | null;
          /** What was found in the text; not looked for in what an import brings. */
          readonly personalData?: readonly PersonalDatum[];
          /** What of it may stay, as it stands there. */
          readonly acknowledged?: readonly string[];
        }
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
        /** Of the source: translations should follow the revision at once. */
        readonly release: boolean;
        /** Not looked at in what an import brings. */
        readonly links?: LinksOfArticle;
        /** Numbers of articles that may be linked to though not every reader may read them. */
        readonly acknowledgedLinks?: readonly number[];
      }
    >
  | DomainCommand<'WithdrawText', Asking>
  | DomainCommand<'ReleaseText', Asking & { readonly revision: number; readonly source: SourceOfText | null }>
  | DomainCommand<'ConfirmText', Asking & { readonly sourceRevision: number; readonly source: SourceOfText | null }>
  /** `content`: of the revision, as it was found; null where there is no such revision. */
  | DomainCommand<
      'RestoreRevision',
      Asking & {
        readonly from: number;
        readonly content: RevisionFound | null;
        readonly origin: ArticleOrigin;
        readonly personId: string;
      }
    >
  /** What the translation lacked while it followed the revision; it may have been published anew since. */
  | DomainCommand<'OutdateText', OfText & Lack & { readonly follows: number }>;

/** A revision as it was found. */
export type RevisionFound = TextContent & {
  readonly follows: number | null;
  readonly blocks: readonly StoredBlock[];
};

/** A revision that was written and not published yet. */
export interface Draft {
  readonly revision: number;
  readonly content: TextContent;
  readonly follows: number | null;
  readonly personId: string;
  readonly isSubmitted: boolean;
}
export interface Published {
  readonly revision: number;
  readonly title: string;
  readonly words: number;
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
  /** Of the source: the newest that translations should follow. */
  readonly released: number | null;
  /** Every revision that was ever published. */
  readonly publications: readonly number[];
  /** The newest revision. */
  readonly newest: StoredText | null;
  /** Of a translation: what is published of it lacks so much of the source; null: nothing. */
  readonly lack: Lack | null;
}
const initial: Text = {
  ...{ revision: 0, draft: null, published: null, released: null, publications: [], newest: null, lack: null },
};

const evolve = (text: Text, { type, data }: TextEvent): Text => {
  const { draft, published } = text;
  switch (type) {
    case 'TranslationDrafted': {
      const { revision, title, summary, keywords, body, follows = null, personId } = data;
      const content = { title, summary, keywords, body };
      const newest = { body, blocks: data.blocks };
      return { ...text, revision, newest, draft: { revision, content, follows, personId, isSubmitted: false } };
    }
    case 'TranslationSubmitted':
      return { ...text, draft: draft && { ...draft, isSubmitted: true } };
    case 'TranslationReturned':
      return { ...text, draft: draft && { ...draft, isSubmitted: false } };
    case 'TranslationPublished': {
      const { revision, title, words, follows = null } = data;
      const { personId } = (draft?.revision === revision ? draft : published) ?? { personId: '' };
      const rest = draft?.revision === revision ? null : draft;
      const publications = text.publications.includes(revision) ? text.publications : [...text.publications, revision];
      const now = { revision, title, words, follows, personId, isWithdrawn: false };
      return { ...text, draft: rest, published: now, publications, lack: null };
    }
    case 'TranslationWithdrawn':
      return { ...text, published: published && { ...published, isWithdrawn: true } };
    case 'TranslationReleased':
      return { ...text, released: data.revision };
    case 'TranslationConfirmed':
      return { ...text, published: published && { ...published, follows: data.sourceRevision }, lack: null };
    case 'TranslationOutdated': {
      const { sourceRevision, changedBlocks, changedWords, significance } = data;
      const lack = { sourceRevision, changedBlocks, changedWords, significance };
      return { ...text, lack: changedBlocks === 0 ? null : lack };
    }
    case 'RevisionRestored':
      return text;
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = (command: TextCommand, text: Text): readonly TextEvent[] => {
  if (command.type === 'OutdateText') return outdate(command.data, text);
  const { type, data } = command;
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
    case 'ReleaseText':
      return release(data, text);
    case 'ConfirmText':
      return confirm(data, text);
    case 'RestoreRevision':
      return restore(data, text);
  }
};

/** What a command of the type brings. */
export type DataOf<Type extends TextCommand['type']> = Extract<TextCommand, { type: Type }>['data'];

function save(data: DataOf<'SaveDraft'>, text: Text): TextEvent[] {
  const { draft, published, newest } = text;
  const { articleId, locale, at, source, follows: named, title, summary, keywords, body, origin, personId } = data;
  const follows = source && (named ?? (draft ?? published)?.follows ?? source.released);
  const content = { title, summary, keywords, body };
  mustBeAcknowledged(data.personalData ?? [], data.acknowledged ?? []);
  if (draft !== null && draft.follows === follows && alike(draft.content, content)) return [];
  const basedOn = (draft ?? published)?.revision ?? 0;
  const revision = text.revision + 1;
  const blocks = storedBlocks(body, newest, revision);
  const more = { revision, basedOn, blocks, ...(follows !== null && { follows }), origin, personId };
  return [{ type: 'TranslationDrafted', data: { articleId, locale, ...content, ...more, at } }];
}

const alike = (a: TextContent, b: TextContent): boolean =>
  a.title === b.title &&
  a.summary === b.summary &&
  a.body === b.body &&
  a.keywords.length === b.keywords.length &&
  a.keywords.every((keyword, i) => keyword === b.keywords[i]);

function restore(data: DataOf<'RestoreRevision'>, { revision: last, draft, published }: Text): TextEvent[] {
  const { articleId, locale, at, from, content: found, origin, personId } = data;
  if (found === null)
    throw new DomainError('unknown-revision', 'The text has no such revision.', { revision: from }, 'unknown');
  const { follows, blocks, ...content } = found;
  if (draft !== null && alike(draft.content, content)) return [];
  const [of, revision] = [{ articleId, locale }, last + 1];
  const basedOn = (draft ?? published)?.revision ?? 0;
  const more = { revision, basedOn, blocks, ...(follows !== null && { follows }), origin, personId };
  return [
    { type: 'TranslationDrafted', data: { ...of, ...content, ...more, at } },
    { type: 'RevisionRestored', data: { ...of, revision, from, at } },
  ];
}

function withdraw(of: OfText, { published }: Text): TextEvent[] {
  if (published === null) throw new DomainError('not-published', 'Nothing of the text is published.');
  return published.isWithdrawn ? [] : [{ type: 'TranslationWithdrawn', data: of }];
}

export const textDecider: Decider<Text, TextCommand, TextEvent> = { category: 'text', initial, evolve, decide };

/** What follows `text-` in the stream's name. */
export const textStreamId = (articleId: string, locale: string): string => `${articleId}.${locale}`;
