import { StoreOverloaded } from '@guichet/event-sourcing';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ArticleText, RevisionText } from './article-text.js';
import { contentLimits, refusedText } from './limits.js';

/** What the worker answers: the text, or why it is refused. */
export type TextAnswer =
  | { readonly text: ArticleText }
  | { readonly refusal: { code: string; message: string; details: Readonly<Record<string, unknown>> } };

const tooSlow = (milliseconds: number) =>
  refusedText(
    'render-too-slow',
    `The text takes longer than ${milliseconds} ms to render. Split the article, or nest its parts less.`,
    { milliseconds },
  );

const isOutOfMemory = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const lookEveryMs = 20;
/** On a busy machine the worker gets little of the processor: so many times the limit may pass on the clock. */
const patience = 25;
const mostWaiting = 100;
const memoryMb = 256;

/** The worker runs from the bundle, or in development from TypeScript. */
const entry = new URL('./text-worker.main.ts', import.meta.url);
const loader = new URL('../../../../tools/workspace/typescript.mjs', import.meta.url);

function newWorker(): Worker {
  const execArgv = entry.pathname.endsWith('.ts') ? ['--import', loader.href] : [];
  return new Worker(entry, { execArgv, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
}

/**
 * Reads texts of people in a thread of its own, one after the other. A text that takes more than its processor time or
 * memory is refused, and the thread ends with it; the next text gets a new one.
 */
export class TextReader {
  private worker: Promise<Worker> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** @param milliseconds processor time for one text; the start of the thread is not counted */
  constructor(private readonly milliseconds: number = contentLimits.renderMs) {}

  /**
   * @throws DomainError `text-too-long`, `too-many-blocks`, `nested-too-deep` or `render-too-slow`
   * @throws StoreOverloaded when a hundred texts are waiting
   */
  async read(revision: RevisionText): Promise<ArticleText> {
    if (this.waiting >= mostWaiting) throw new StoreOverloaded(`${mostWaiting} texts are waiting to be rendered`);
    this.waiting++;
    const read = this.last.then(() => this.readNext(revision));
    this.last = read.catch(() => undefined);
    try {
      return await read;
    } finally {
      this.waiting--;
    }
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await (await worker)?.terminate();
  }

  private async readNext(revision: RevisionText): Promise<ArticleText> {
    const worker = await this.started();
    worker.ref();
    try {
      const answer = await this.answerOf(worker, revision);
      if ('text' in answer) return answer.text;
      const { code, message, details } = answer.refusal;
      throw refusedText(code, message, details);
    } finally {
      worker.unref();
    }
  }

  private started(): Promise<Worker> {
    this.worker ??= (async () => {
      const worker = newWorker();
      await once(worker, 'message');
      worker.unref();
      return worker;
    })();
    this.worker.catch(() => (this.worker = undefined));
    return this.worker;
  }

  private async answerOf(worker: Worker, revision: RevisionText): Promise<TextAnswer> {
    const before = await worker.cpuUsage();
    const over = new AbortController();
    try {
      const answer = once(worker, 'message', { signal: over.signal }).then(([message]) => message as TextAnswer);
      worker.postMessage(revision);
      return await Promise.race([answer, this.isOver(worker, before.user + before.system, over.signal)]);
    } catch (cause) {
      this.worker = undefined;
      await worker.terminate();
      throw isOutOfMemory(cause) ? tooSlow(this.milliseconds) : cause;
    } finally {
      over.abort();
    }
  }

  /** Fails as soon as the worker has used up the text's processor time. */
  private async isOver(worker: Worker, beforeMicroseconds: number, signal: AbortSignal): Promise<never> {
    const deadline = performance.now() + patience * this.milliseconds;
    for (;;) {
      await delay(lookEveryMs, undefined, { signal });
      const { user, system } = await worker.cpuUsage();
      const usedMs = (user + system - beforeMicroseconds) / 1000;
      if (usedMs > this.milliseconds || performance.now() > deadline) throw tooSlow(this.milliseconds);
    }
  }
}
