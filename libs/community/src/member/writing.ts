/** What a member may write at once, in a day, and how soon after the last time. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { limitsOf, type TrustLevel } from './trust.js';

/** What stands in a post. */
export interface PostContents {
  readonly links: number;
  readonly images: number;
  readonly mentions: number;
}

/** What the member has written since midnight, UTC. */
export interface WrittenToday {
  readonly topics: number;
  readonly posts: number;
  readonly votes: number;
}

/** More links than anybody may set are refused; between the level's limit and this, a moderator looks first. */
export const mostLinks = limitsOf(4).linksPerPost;

/** @throws DomainError 409 `too-many-links`, `too-many-images`, `too-many-mentions`, with the limit */
export function mustFit({ links, images, mentions }: PostContents, level: TrustLevel): void {
  const { imagesPerPost, mentionsPerPost } = limitsOf(level);
  mustNotExceed('links', links, mostLinks);
  mustNotExceed('images', images, imagesPerPost);
  mustNotExceed('mentions', mentions, mentionsPerPost);
}

function mustNotExceed(things: string, found: number, max: number): void {
  if (found <= max) return;
  throw new DomainError(`too-many-${things}`, `A post of yours may have ${max} ${things}; this one has ${found}.`, {
    ...{ found, max },
  });
}

const perDay = { topics: 'topicsPerDay', posts: 'postsPerDay', votes: 'votesPerDay' } as const;

/** @throws DomainError 409 `daily-limit`, for topics and posts; `vote-limit`, with the limit */
export function mustHaveLeft(thing: keyof WrittenToday, today: WrittenToday, level: TrustLevel): void {
  const max = limitsOf(level)[perDay[thing]];
  if (today[thing] < max) return;
  const code = thing === 'votes' ? 'vote-limit' : 'daily-limit';
  throw new DomainError(code, `You may add ${max} ${thing} a day. Come back tomorrow (UTC).`, { max, per: 'day' });
}

/** Least time between two posts of a member. */
const pauseSeconds: Readonly<Record<TrustLevel, number>> = { 0: 30, 1: 15, 2: 5, 3: 5, 4: 5 };

/** How long the member waits until the next post, in whole seconds; 0: not at all. */
export function secondsToWait(lastAt: string | null, at: string, level: TrustLevel): number {
  if (lastAt === null) return 0;
  const due = Date.parse(lastAt) + pauseSeconds[level] * 1000;
  return Math.max(0, Math.ceil((due - Date.parse(at)) / 1000));
}
