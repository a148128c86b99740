import { type ForumOptions, seedDemoForum } from '@guichet/demo';
import { Logger } from '@nestjs/common';

/** The demo's forum fills while people look around: nobody waits for its members, who pause between two posts. */
export function fillForum(options: Omit<ForumOptions, 'signal'>): { stop(): Promise<void> } {
  const ending = new AbortController();
  const filled = seedDemoForum({ ...options, signal: ending.signal }).catch((error: unknown) => {
    if (ending.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    new Logger('demo').warn(`The forum is not full yet: ${reason} The next start goes on with it.`);
  });
  return {
    stop: async () => {
      ending.abort();
      await filled;
    },
  };
}
