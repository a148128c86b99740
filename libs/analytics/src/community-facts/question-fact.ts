/** From the histories of a topic, and of those that were merged into it, to what figures say of a question. Pure. */
import type { Post, TopicHistory } from './topic-history.js';

export interface QuestionFact {
  readonly tenantId: string;
  readonly topicId: string;
  readonly number: number;
  readonly categoryId: string;
  readonly locale: string;
  /** When it became visible, in milliseconds since 1970. */
  readonly at: number;
  /** From then to the first answer; null: there is none. */
  readonly firstAnswerSeconds: number | null;
  readonly solved: boolean;
  readonly answers: number;
  /** For its visible posts. */
  readonly votes: number;
}

interface Shown {
  readonly post: Post & { readonly shownAt: number };
  readonly isFirst: boolean;
  /** Who asked in the topic that it was written in. */
  readonly askedBy: string | undefined;
  readonly votes: number;
}

/**
 * @param merged what was merged into the topic, directly or by way of others.
 * @returns undefined where it is no question, or none that counts: nobody sees it, or another topic shows it.
 */
export function questionFactOf(topic: TopicHistory, merged: readonly TopicHistory[]): QuestionFact | undefined {
  const { tenantId, topicId, about, mergedInto, posts } = topic;
  if (about?.kind !== 'question' || mergedInto !== null) return undefined;
  const question = posts[about.firstPostId];
  if (question?.isVisible !== true || question.shownAt === null) return undefined;
  const at = question.shownAt;
  const shown = [topic, ...merged].flatMap(shownIn);
  const answers = shown.filter(
    ({ isFirst, askedBy, post: { official, memberId } }) =>
      !isFirst && (official || (memberId !== question.memberId && memberId !== askedBy)),
  );
  const first = Math.min(...answers.map(({ post }) => post.shownAt));
  return {
    ...{ tenantId, topicId, number: about.number, categoryId: about.categoryId, locale: about.locale, at },
    firstAnswerSeconds: answers.length === 0 ? null : Math.floor(Math.max(0, first - at) / 1000),
    solved: shown.some(({ post }) => post.isAccepted),
    answers: answers.length,
    votes: shown.reduce((sum, { votes }) => sum + votes, 0),
  };
}

function shownIn({ about, posts, votes }: TopicHistory): Shown[] {
  const askedBy = about === null ? undefined : posts[about.firstPostId]?.memberId;
  return Object.entries(posts).flatMap(([id, post]) => {
    const { isVisible, shownAt } = post;
    if (!isVisible || shownAt === null) return [];
    return [{ post: { ...post, shownAt }, isFirst: id === about?.firstPostId, askedBy, votes: votes[id] ?? 0 }];
  });
}
