import { type Connection, connectorOf } from './connect.js';
import { demoLibrary } from './demo-library.js';
import { seedArticles } from './seed-articles.js';
import { seedHistory } from './seed-history.js';

/** The tickets, and the knowledge base. */
export type DemoPart = 'history' | 'articles';

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

/**
 * Fills the tenant `demo`, each part once: a start that was cut off goes on with the same, a later start leaves it alone.
 * @throws ApiError for what the services refuse
 */
export async function seedDemo({ marks, ...connection }: SeedOptions): Promise<void> {
  const connect = connectorOf(connection);
  const once = async (part: DemoPart, seed: (now: string) => Promise<void>) => {
    const mark = await marks.read(part);
    if (mark?.isComplete) return;
    const now = mark?.now ?? new Date().toISOString();
    await marks.write(part, { now, isComplete: false });
    await seed(now);
    await marks.write(part, { now, isComplete: true });
  };
  await Promise.all([
    once('history', (now) => seedHistory(connect({ role: 'importer' }), new Date(now))),
    once('articles', async () => seedArticles(connect, await demoLibrary())),
  ]);
}
