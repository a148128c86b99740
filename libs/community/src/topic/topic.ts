/** The Topic: a question, discussion or idea with its posts, as its decisions see it. Pure: no Nest, no database, no clock. */
import { createHash } from 'node:crypto';
import type { TopicEvent, TopicKind } from './topic-events.js';

/** `held`: a moderator has to look first. `hidden`: one has. `removed`: by who wrote it. Only `visible` ones count. */
export type PostState = 'visible' | 'held' | 'hidden' | 'removed';

export interface Post {
  readonly memberId: string;
  readonly state: PostState;
  readonly edition: number;
  /** Tells whether a text is another one. */
  readonly print: string;
  readonly postedAt: string;
  /** Who said that it does not work for them, while it is accepted. */
  readonly doubters: ReadonlySet<string>;
}

export interface Topic {
  readonly isThere: boolean;
  readonly kind: TopicKind;
  readonly categoryId: string;
  readonly locale: string;
  readonly memberId: string;
  readonly title: string;
  readonly isLocked: boolean;
  readonly isPinned: boolean;
  readonly mergedInto: string | null;
  readonly firstPostId: string;
  readonly posts: ReadonlyMap<string, Post>;
  /** In the order in which they were accepted. */
  readonly accepted: readonly string[];
}

export const initialTopic: Topic = {
  ...{ isThere: false, kind: 'question', categoryId: '', locale: '', memberId: '', title: '' },
  ...{ isLocked: false, isPinned: false, mergedInto: null, firstPostId: '', posts: new Map(), accepted: [] },
};

/** A text that was erased reads as no text. */
export const printOf = (body: unknown): string =>
  createHash('sha256')
    .update(typeof body === 'string' ? body : '')
    .digest('base64url');

const nobody: ReadonlySet<string> = new Set();

export const evolve = (topic: Topic, { type, data }: TopicEvent): Topic => {
  switch (type) {
    case 'TopicStarted': {
      const { kind, categoryId, locale, memberId, title, postId: firstPostId } = data;
      const begun = { ...topic, isThere: true, kind, categoryId, locale, memberId, title, firstPostId };
      return withPost(begun, firstPostId, postOf(data));
    }
    case 'PostAdded':
      return withPost(topic, data.postId, postOf(data));
    case 'PostReleased':
    case 'PostRestored':
      return changed(topic, data.postId, { state: 'visible' });
    case 'PostEdited': {
      const { postId, edition, body, held } = data;
      return changed(topic, postId, { edition, print: printOf(body), ...(held && { state: 'held' }) });
    }
    case 'PostHidden':
      return changed(topic, data.postId, { state: 'hidden' });
    case 'PostRemovedByAuthor':
      return changed(topic, data.postId, { state: 'removed' });
    case 'AnswerAccepted':
      return { ...topic, accepted: [...topic.accepted, data.postId] };
    case 'AnswerUnaccepted': {
      const accepted = topic.accepted.filter((id) => id !== data.postId);
      return changed({ ...topic, accepted }, data.postId, { doubters: nobody });
    }
    case 'AnswerDoubted': {
      const doubters = topic.posts.get(data.postId)?.doubters ?? nobody;
      return changed(topic, data.postId, { doubters: new Set([...doubters, data.memberId]) });
    }
    case 'TopicRetitled':
      return { ...topic, title: data.title };
    case 'TopicMoved':
      return { ...topic, categoryId: data.categoryId };
    case 'TopicLocked':
      return { ...topic, isLocked: true };
    case 'TopicUnlocked':
      return { ...topic, isLocked: false };
    case 'TopicPinned':
      return { ...topic, isPinned: true };
    case 'TopicUnpinned':
      return { ...topic, isPinned: false };
    case 'TopicLanguageCorrected':
      return { ...topic, locale: data.locale };
    case 'TopicMerged':
      return { ...topic, mergedInto: data.intoTopicId };
    case 'TopicUnmerged':
      return { ...topic, mergedInto: null };
  }
};

type Written = { readonly memberId: string; readonly body: string; readonly held: boolean; readonly at: string };

const postOf = ({ memberId, body, held, at }: Written): Post => ({
  ...{ memberId, state: held ? 'held' : 'visible', edition: 1, print: printOf(body), postedAt: at, doubters: nobody },
});

const withPost = (topic: Topic, postId: string, post: Post): Topic => ({
  ...topic,
  posts: new Map(topic.posts).set(postId, post),
});

function changed(topic: Topic, postId: string, change: Partial<Post>): Topic {
  const post = topic.posts.get(postId);
  return post === undefined ? topic : withPost(topic, postId, { ...post, ...change });
}

/** Whether anybody but its author and moderators sees it: its first post says so. */
export const isVisible = ({ isThere, posts, firstPostId }: Pick<Topic, 'isThere' | 'posts' | 'firstPostId'>): boolean =>
  isThere && posts.get(firstPostId)?.state === 'visible';
