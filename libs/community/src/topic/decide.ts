/** What may be done to a topic, and what follows. No events means "already so". A refusal throws DomainError. Pure. */
import { personalTexts } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError } from '@guichet/event-sourcing';
import { leastLevel, type TrustLevel } from '../member/trust.js';
import { type Acting, mustBe } from './acting.js';
import { acceptAnswer, doubtAnswer, unacceptAnswer, withoutAnswer } from './answers.js';
import { mergeTopic, type Merging, unmergeTopic } from './merging.js';
import { otherAudience, postOf, unknownPost, unknownTopic } from './refusals.js';
import { evolve, initialTopic, isVisible, printOf, type Topic } from './topic.js';
import { type DataOf, textEvents, type TopicEvent } from './topic-events.js';

/** Posts of a topic at most, in whatever state: what is written after that belongs in a topic of its own. */
export const maxPosts = 500;
/** Editions of a post at most, the first included. */
export const maxEditions = 100;
/** Hours for which a newcomer may change what they wrote. */
export const editWindowHours = 24;

type OfTopic = { readonly topicId: string; readonly at: string };
type OfPost = OfTopic & { readonly postId: string };
type By = { readonly by: Acting };

export type TopicCommand =
  | DomainCommand<'StartTopic', DataOf<'TopicStarted'>>
  | DomainCommand<'AddPost', DataOf<'PostAdded'> & { readonly isModerator: boolean }>
  /** `edition`: the one that the editor has read; whichever there is if not given. */
  | DomainCommand<
      'EditPost',
      OfPost &
        By & {
          readonly body: string;
          readonly reason?: string;
          readonly edition?: number;
          readonly held: boolean;
          readonly signals?: DataOf<'PostEdited'>['signals'];
        }
    >
  | DomainCommand<'ReleasePost', OfPost>
  | DomainCommand<'HidePost', OfPost & { readonly reviewId: string }>
  | DomainCommand<'RestorePost', OfPost>
  | DomainCommand<'RemovePost', OfPost & By>
  | DomainCommand<'AcceptAnswer', OfPost & By & { readonly maxAccepted: number }>
  | DomainCommand<'UnacceptAnswer', OfPost & By & { readonly why: 'withdrawn' | 'no-longer-works' }>
  | DomainCommand<'DoubtAnswer', OfPost & By & { readonly version?: string }>
  | DomainCommand<'RetitleTopic', OfTopic & By & { readonly title: string }>
  | DomainCommand<'MoveTopic', OfTopic & By & { readonly categoryId: string; readonly isSameAudience: boolean }>
  | DomainCommand<'LockTopic', OfTopic & By>
  | DomainCommand<'UnlockTopic', OfTopic & By>
  | DomainCommand<'PinTopic', OfTopic & By>
  | DomainCommand<'UnpinTopic', OfTopic & By>
  | DomainCommand<'CorrectLanguage', OfTopic & By & { readonly locale: string }>
  | DomainCommand<'MergeTopic', Merging & By>
  | DomainCommand<'UnmergeTopic', OfTopic & By>;

type CommandData<Type extends TopicCommand['type']> = Extract<TopicCommand, { type: Type }>['data'];

const decide = (command: TopicCommand, topic: Topic): readonly TopicEvent[] => {
  const { type, data } = command;
  if (type === 'StartTopic') return topic.isThere ? [] : [{ type: 'TopicStarted', data }];
  if (!topic.isThere) throw unknownTopic();
  switch (type) {
    case 'AddPost':
      return addPost(data, topic);
    case 'EditPost':
      return editPost(data, topic);
    case 'ReleasePost':
      return stateOf(topic, data.postId) === 'held' ? [{ type: 'PostReleased', data }] : [];
    case 'HidePost': {
      const state = stateOf(topic, data.postId);
      if (state === 'hidden' || state === 'removed') return [];
      return [{ type: 'PostHidden', data }, ...withoutAnswer(topic, data)];
    }
    case 'RestorePost':
      return stateOf(topic, data.postId) === 'hidden' ? [{ type: 'PostRestored', data }] : [];
    case 'RemovePost':
      return removePost(data, topic);
    case 'AcceptAnswer':
      return acceptAnswer(data, topic);
    case 'UnacceptAnswer':
      return unacceptAnswer(data, topic);
    case 'DoubtAnswer':
      return doubtAnswer(data, topic);
    case 'MergeTopic':
      return mergeTopic(data, topic);
    case 'UnmergeTopic':
      return unmergeTopic(data, topic);
    case 'RetitleTopic':
    case 'MoveTopic':
    case 'LockTopic':
    case 'UnlockTopic':
    case 'PinTopic':
    case 'UnpinTopic':
    case 'CorrectLanguage':
      return arrange(command, topic);
  }
};

function addPost({ isModerator, ...data }: CommandData<'AddPost'>, topic: Topic): TopicEvent[] {
  if (topic.posts.has(data.postId)) return [];
  if (!isModerator) mustBeOpen(topic);
  if (!isVisible(topic)) throw unknownTopic();
  if (data.replyTo !== undefined && topic.posts.get(data.replyTo)?.state !== 'visible') throw unknownPost('invalid');
  if (topic.posts.size >= maxPosts) {
    const words = `The topic has ${maxPosts} posts, which is the most there can be: begin another one.`;
    throw new DomainError('topic-full', words, { max: maxPosts });
  }
  return [{ type: 'PostAdded', data }];
}

function editPost({ by, edition, ...data }: CommandData<'EditPost'>, topic: Topic): TopicEvent[] {
  const post = postOf(topic, data.postId);
  const { isModerator } = by;
  mustBe(isModerator || by.memberId === post.memberId, 'who wrote the post, or a moderator,');
  if (!isModerator) mustBeOpen(topic);
  if (post.state === 'removed') throw unknownPost('unknown');
  if (post.state === 'hidden' && !isModerator)
    throw new DomainError('post-hidden', 'A moderator has hidden the post: it cannot be changed.');
  const age = Date.parse(data.at) - Date.parse(post.postedAt);
  if (!isModerator && by.level === 0 && age > editWindowHours * 3_600_000) {
    const words = `Newcomers change what they wrote within ${editWindowHours} hours.`;
    throw new DomainError('edit-window-over', words, { hours: editWindowHours });
  }
  if (edition !== undefined && edition !== post.edition) throw staleEdition(post.edition);
  if (post.print === printOf(data.body)) return [];
  if (post.edition >= maxEditions) {
    const words = `The post was changed ${maxEditions - 1} times, which is the most there can be.`;
    throw new DomainError('too-many-editions', words, { max: maxEditions });
  }
  const { memberId } = post;
  const edited = { ...data, memberId, edition: post.edition + 1, byModerator: isModerator };
  return [
    { type: 'PostEdited', data: edited },
    ...(data.held && post.state === 'visible' ? withoutAnswer(topic, data) : []),
  ];
}

/** Somebody else has changed the post since the editor read it; answered with 412. */
export class StaleEdition extends DomainError {
  constructor(readonly actual: number) {
    super('stale-version', `Somebody else has changed the post: it is at edition ${actual} now.`, { edition: actual });
  }
}

const staleEdition = (actual: number): StaleEdition => new StaleEdition(actual);

function removePost({ by, ...data }: CommandData<'RemovePost'>, topic: Topic): TopicEvent[] {
  const { postId } = data;
  const post = postOf(topic, postId);
  mustBe(by.memberId === post.memberId, 'who wrote the post');
  if (post.state === 'removed') return [];
  const hasAnswers = [...topic.posts].some(([id, { state }]) => id !== postId && state === 'visible');
  if (postId === topic.firstPostId && hasAnswers)
    throw new DomainError('has-answers', 'Others have answered: the first post stays.');
  return [{ type: 'PostRemovedByAuthor', data }, ...withoutAnswer(topic, data)];
}

type Arranging = Extract<
  TopicCommand,
  {
    type: 'RetitleTopic' | 'MoveTopic' | 'LockTopic' | 'UnlockTopic' | 'PinTopic' | 'UnpinTopic' | 'CorrectLanguage';
  }
>;

function arrange(command: Arranging, topic: Topic): TopicEvent[] {
  const { type, data } = command;
  const { by, topicId, at } = data;
  const of = { topicId, at };
  const reaches = (level: TrustLevel) => by.isModerator || (by.memberId !== null && by.level >= level);
  const mustReach = (level: TrustLevel) => mustBe(reaches(level), `moderators and members of level ${level}`);
  const mustReachOrOwn = (level: TrustLevel) =>
    mustBe(by.memberId === topic.memberId || reaches(level), `who began the topic, and members of level ${level},`);
  switch (type) {
    case 'RetitleTopic': {
      mustReachOrOwn(leastLevel.retitle);
      const { memberId } = topic;
      return data.title === topic.title
        ? []
        : [{ type: 'TopicRetitled', data: { ...of, memberId, title: data.title } }];
    }
    case 'CorrectLanguage':
      mustReachOrOwn(leastLevel.retitle);
      return data.locale === topic.locale
        ? []
        : [{ type: 'TopicLanguageCorrected', data: { ...of, locale: data.locale } }];
    case 'MoveTopic': {
      mustReach(leastLevel.move);
      const { isSameAudience, categoryId } = data;
      const { categoryId: fromCategoryId } = topic;
      if (categoryId === fromCategoryId) return [];
      if (!isSameAudience) throw otherAudience();
      return [{ type: 'TopicMoved', data: { ...of, fromCategoryId, categoryId } }];
    }
    case 'LockTopic':
      mustReach(leastLevel.lock);
      return topic.isLocked ? [] : [{ type: 'TopicLocked', data: of }];
    case 'UnlockTopic':
      mustReach(leastLevel.lock);
      return topic.isLocked ? [{ type: 'TopicUnlocked', data: of }] : [];
    case 'PinTopic':
      mustReach(leastLevel.lock);
      return topic.isPinned ? [] : [{ type: 'TopicPinned', data: of }];
    case 'UnpinTopic':
      mustReach(leastLevel.lock);
      return topic.isPinned ? [{ type: 'TopicUnpinned', data: of }] : [];
  }
}

function mustBeOpen({ isLocked, mergedInto }: Topic): void {
  if (mergedInto !== null) {
    const words = 'The topic was merged into another one: write there.';
    throw new DomainError('topic-locked', words, { mergedInto });
  }
  if (isLocked) throw new DomainError('topic-locked', 'The topic is locked: it takes no more posts.');
}

const stateOf = (topic: Topic, postId: string) => postOf(topic, postId).state;

export const topicDecider: Decider<Topic, TopicCommand, TopicEvent> = {
  category: 'topic',
  initial: initialTopic,
  personal: personalTexts(textEvents, 'memberId'),
  evolve,
  decide,
};
