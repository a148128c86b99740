import { type Connection, connectorOf } from './connect.js';
import { demoForum } from './demo-forum.js';
import { demoLibrary } from './demo-library.js';
import { seedArticles } from './seed-articles.js';
import { seedForum } from './seed-forum.js';
import { seedHistory } from './seed-history.js';

/** The tickets, the knowledge base, and the forum. */
export type DemoPart = 'history' | 'articles' | 'forum';

/** How far the seeding of a part has come. */
export interface DemoMark {
  /** When it began; the history ends at this instant. */
  readonly now: string;
  readonly isComplete: boolean;
}

/** Where the marks are kept. */
export interface Marks {
  read(part: DemoPart): Promise<DemoMark | undefined>;
  write(part: DemoPart, mark: DemoMark): Promise<void>;
}

export interface SeedOptions extends Connection {
  readonly marks: Marks;
}

export interface ForumOptions extends SeedOptions {
  /** Ends the work: a later start goes on with it. */
  readonly signal: AbortSignal;
}

/**
 * Fills the tenant `demo` with tickets and articles, each part once: a start that was cut off goes on with the same, a
 * later start leaves it alone.
 * @throws ApiError for what the services refuse
 */
export async function seedDemo({ marks, ...connection }: SeedOptions): Promise<void> {
  const connect = connectorOf(connection);
  await Promise.all([
    once(marks, 'history', (now) => seedHistory(connect({ role: 'importer' }), new Date(now))),
    once(marks, 'articles', async () => seedArticles(connect, await demoLibrary())),
  ]);
}

/**
 * Fills the forum of the tenant `demo`, once as well. It takes a minute, nearly all of it waiting: members pause between
 * two posts. The client must be one that may be any of the demo's people.
 * @throws ApiError for what the services refuse; the signal's reason when it is ended
 */
export async function seedDemoForum({ marks, signal, ...connection }: ForumOptions): Promise<void> {
  await once(marks, 'forum', async () => seedForum(connectorOf(connection), await demoForum(), signal));
}

async function once(marks: Marks, part: DemoPart, seed: (now: string) => Promise<void>): Promise<void> {
  const mark = await marks.read(part);
  if (mark?.isComplete) return;
  const now = mark?.now ?? new Date().toISOString();
  await marks.write(part, { now, isComplete: false });
  await seed(now);
  await marks.write(part, { now, isComplete: true });
}
