import type { Producer } from 'kafkajs';
import { isRefusal } from './refusal.js';
import type { SentUpTo } from './relay-checkpoint.js';

/** Seldom enough to cost nothing, often enough for somebody who waits for their own write. */
const throttleMs = 25;
/** Said again without news, for readers who began to listen after the last one; and the pause after a refusal. */
const repeatMs = 2_000;

/**
 * Tells readers how far the relay has come, on a topic of its own, so that they can wait for something they wrote.
 * Hints only: one that cannot be sent is left to the next. A broker that is away is found out by sending events as
 * well; one that refuses this topic alone is not, so `told` hears of it, as of each success.
 */
export class ProgressTeller {
  private latest: SentUpTo | undefined;
  private toldPosition = -1;
  private toldAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private isRefused = false;

  constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly told: (refusal?: unknown) => void,
  ) {}

  tell(sent: SentUpTo): void {
    this.latest = sent;
    if (this.timer || this.stopped) return;
    const pauseMs = sent.position === this.toldPosition || this.isRefused ? repeatMs : throttleMs;
    const waitMs = this.toldAt + pauseMs - performance.now();
    if (waitMs <= 0) this.send();
    else if (pauseMs === throttleMs) this.timer = setTimeout(() => this.send(), waitMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sending;
  }

  private send(): void {
    this.timer = undefined;
    const { latest } = this;
    if (!latest) return;
    this.toldPosition = latest.position;
    this.toldAt = performance.now();
    const value = JSON.stringify({ upTo: latest.position, last: latest.last });
    this.sending = this.producer.send({ topic: this.topic, acks: -1, messages: [{ partition: 0, value }] }).then(
      () => {
        this.isRefused = false;
        this.told();
      },
      (error: unknown) => {
        this.toldPosition = -1; // told again
        this.isRefused = isRefusal(error);
        if (this.isRefused) this.told(error);
      },
    );
  }
}
