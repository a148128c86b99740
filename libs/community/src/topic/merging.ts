/** Merging is a pointer: no post moves, so that undoing it brings back what was. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { leastLevel } from '../member/trust.js';
import { type Acting, mustBe } from './acting.js';
import { otherAudience } from './refusals.js';
import type { Topic } from './topic.js';
import type { TopicEvent } from './topic-events.js';

/** Topics that one was merged into, one after the other, at most. */
export const maxLine = 20;

export interface Merging {
  readonly topicId: string;
  readonly intoTopicId: string;
  readonly at: string;
  /** The topics that the other one was merged into, one after the other, itself first; empty: there is none. */
  readonly line: readonly string[];
  readonly isSameAudience: boolean;
}

export function mergeTopic(
  { by, line, isSameAudience, ...data }: Merging & { readonly by: Acting },
  topic: Topic,
): TopicEvent[] {
  const { topicId, intoTopicId } = data;
  mustMerge(by);
  if (topic.mergedInto === intoTopicId) return [];
  if (intoTopicId === topicId) throw new DomainError('merge-into-itself', 'A topic cannot be merged into itself.');
  if (line.length === 0) throw new DomainError('unknown-topic', 'There is no topic to merge it into.', {}, 'invalid');
  if (line.includes(topicId))
    throw new DomainError('merge-cycle', 'The other topic was merged into this one: undo that first.', { line });
  if (line.length >= maxLine) {
    const words = `${maxLine} topics are merged into one another already: name the last of them.`;
    throw new DomainError('merge-too-deep', words, { max: maxLine, last: line.at(-1) });
  }
  if (topic.mergedInto !== null)
    throw new DomainError('already-merged', 'The topic was merged into another one: undo that first.', {
      mergedInto: topic.mergedInto,
    });
  if (!isSameAudience) throw otherAudience();
  return [{ type: 'TopicMerged', data }];
}

export function unmergeTopic(
  { by, topicId, at }: { readonly topicId: string; readonly at: string; readonly by: Acting },
  { mergedInto }: Topic,
): TopicEvent[] {
  mustMerge(by);
  return mergedInto === null ? [] : [{ type: 'TopicUnmerged', data: { topicId, fromTopicId: mergedInto, at } }];
}

const mustMerge = ({ isModerator, memberId, level }: Acting): void =>
  mustBe(
    isModerator || (memberId !== null && level >= leastLevel.merge),
    `moderators and members of level ${leastLevel.merge}`,
  );
