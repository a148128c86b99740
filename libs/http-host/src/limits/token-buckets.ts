/** Token buckets by key, in this process's memory; bounded, so that nobody can fill it. Pure. */
import { LRUCache } from 'lru-cache';

export interface BucketOptions {
  /** Tokens that come back per second; 0 limits nothing. */
  readonly perSecond: number;
  /** Tokens a full bucket holds. */
  readonly burst: number;
  /** Buckets at most: the one not used for longest makes room, and its owner begins again with a full one. */
  readonly maxBuckets?: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export class TokenBuckets {
  private readonly buckets: LRUCache<string, Bucket>;

  constructor(private readonly options: BucketOptions) {
    this.buckets = new LRUCache({ max: options.maxBuckets ?? 20_000 });
  }

  get size(): number {
    return this.buckets.size;
  }

  /**
   * Takes `cost` tokens if they are there.
   * @returns 0 if they were; otherwise how many seconds until they will be, and nothing is taken.
   */
  take(key: string, cost: number, nowMs: number): number {
    const waitSeconds = this.wait(key, cost, nowMs);
    if (waitSeconds > 0 || this.options.perSecond === 0) return waitSeconds;
    this.buckets.set(key, { tokens: this.tokens(key, nowMs) - cost, atMs: nowMs });
    return 0;
  }

  /** Gives tokens back that were taken for nothing. */
  give(key: string, tokens: number, nowMs: number): void {
    const bucket = this.buckets.peek(key);
    // A bucket that is not kept is a full one.
    if (bucket === undefined) return;
    this.buckets.set(key, { tokens: Math.min(this.options.burst, this.tokens(key, nowMs) + tokens), atMs: nowMs });
  }

  /** Takes what is there of `cost` tokens. */
  takeUpTo(key: string, cost: number, nowMs: number): void {
    if (this.options.perSecond > 0) this.take(key, Math.min(cost, this.tokens(key, nowMs)), nowMs);
  }

  /** Seconds until `cost` tokens will be there; 0 if they are. */
  wait(key: string, cost: number, nowMs: number): number {
    const { perSecond } = this.options;
    if (perSecond === 0) return 0;
    return Math.max(0, (cost - this.tokens(key, nowMs)) / perSecond);
  }

  private tokens(key: string, nowMs: number): number {
    const { perSecond, burst } = this.options;
    const bucket = this.buckets.peek(key); // to ask is no use of it
    if (bucket === undefined) return burst;
    // A clock that was set back gives nothing and takes nothing.
    return Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond);
  }
}
