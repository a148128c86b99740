import type { Companion } from '@guichet/service';
import { Injectable, Logger } from '@nestjs/common';
import { WorkingCopies, workingCopyDays } from './working-copies.store.js';

const everyMs = 60 * 60 * 1000;
/** Rows removed by one statement, and statements of one round: what is left is for the next round. */
const [batch, batches] = [500, 20] as const;

/** Removes the working copies that nobody has kept for long. Several processes may do so at once. */
@Injectable()
export class WorkingCopyKeeper implements Companion {
  private readonly log = new Logger(WorkingCopyKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly copies: WorkingCopies) {}

  async start(): Promise<void> {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.removeOld());
    }, everyMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.round;
  }

  /** Nothing waits for it. */
  notReady(): undefined {
    return undefined;
  }

  /** One round. What fails is tried again in the next one. */
  async removeOld(): Promise<void> {
    try {
      let removed = 0;
      for (let i = 0; i < batches && !this.stopped; i++) {
        const some = await this.copies.removeOld(batch);
        removed += some;
        if (some < batch) break;
      }
      if (removed > 0) this.log.log(`Removed ${removed} working copies that were kept ${workingCopyDays} days ago.`);
    } catch (error) {
      this.log.error('Old working copies could not be removed; the next round tries again.', error);
    }
  }
}
