/** What people have said in the demo's forum. Pure. */
import type { topicKinds } from '@guichet/contracts';

export interface ForumMember {
  /** Unique. */
  readonly handle: string;
  readonly locale: string;
  /** Of trust: 0 for those who write once, else as a moderator gives it. */
  readonly level: number;
}

/** One of the demo's people. */
export interface ForumAgent {
  readonly handle: string;
  readonly locale: string;
  readonly email: string;
}

export interface ForumCategory {
  readonly key: string;
  /** By language. */
  readonly names: Readonly<Record<string, string>>;
}

interface Said {
  /** The handle of who says it. */
  readonly by: string;
  /** Markdown. */
  readonly text: string;
  /** Handles of those who find it helpful. */
  readonly votes?: readonly string[];
}

export interface ForumPost extends Said {
  /** For the posts that answer this one; unique in its topic. */
  readonly id?: string;
  /** The `id` of the earlier post that it answers. */
  readonly to?: string;
  /** Who asked accepts it at once; it takes the place of the one before. */
  readonly accepted?: boolean;
}

export interface ForumTopic extends Said {
  /** Unique. */
  readonly id: string;
  readonly locale: string;
  /** The `key` of a category. */
  readonly category: string;
  /** `question` if not given. */
  readonly kind?: (typeof topicKinds)[number];
  readonly title: string;
  /** In the order in which they are written. */
  readonly posts?: readonly ForumPost[];
  readonly pinned?: boolean;
  /** Once everything is said. */
  readonly locked?: boolean;
  /** The `id` of the topic that asks the same, into which it is merged once everything is said in both. */
  readonly merged?: string;
}

export interface DemoForum {
  readonly members: readonly ForumMember[];
  readonly agents: readonly ForumAgent[];
  /** In the order in which readers see them. */
  readonly categories: readonly ForumCategory[];
  readonly topics: readonly ForumTopic[];
}

/** One of each list in turn: the members of all languages write at the same time. */
export const inTurn = <T>(lists: readonly (readonly T[])[]): readonly T[] =>
  Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, at) =>
    lists.flatMap((list) => list.slice(at, at + 1)),
  ).flat();
