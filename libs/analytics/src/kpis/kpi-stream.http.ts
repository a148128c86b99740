import { createHash } from 'node:crypto';
import type { LiveEvent } from '@guichet/http-host';
import { Changes, type LiveView, type Turn } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { Answer } from './answers/answer.js';
import { KpisQuery } from './answers/kpis.query.js';
import type { AnyQuestion } from './definitions/question.js';

/** A client hears of changes at most this often: those in between come as one. */
const everyMs = 250;
/** Batches come in bursts: what follows within this time is told with the first. */
const settleMs = 20;
/** An answer is told to other streams that ask the same for so long, unless the figures have changed. */
const sharedMs = 5_000;
/** Answers kept for that; the oldest make room. */
const maxShared = 1_000;

interface Told {
  readonly answers: readonly { readonly content: string; readonly event: LiveEvent }[];
  /** Of all that is told; the id of the stream's events. */
  readonly digest: string;
}

interface Shared {
  /** The last change that may be in the answer. */
  readonly change: number;
  readonly askedMs: number;
  readonly answer: Promise<Answer>;
}

/**
 * KPIs as they change: the answers at once, then each whenever it is another one. Whoever may read KPIs reads the same.
 */
@Injectable()
export class KpiStream {
  private readonly shared = new Map<string, Shared>();

  constructor(
    private readonly kpis: KpisQuery,
    private readonly changes: Changes,
  ) {}

  view(tenantId: string, watched: readonly AnyQuestion[]): LiveView<Told> {
    const look = (turn: Turn) => this.look(tenantId, watched, turn);
    return {
      tenantId,
      key: `kpis/${digestOf(watched.map(keyOf))}`,
      everyMs,
      settleMs,
      listen: (changed) => this.changes.listen(tenantId, 'figures', changed),
      begin: look,
      async news({ answers }, turn) {
        const now = await look(turn);
        const other = now.answers.filter(({ content }, index) => content !== answers[index]?.content);
        return other.length === 0 ? undefined : { state: now, events: eventsOf(other, now.digest) };
      },
      welcome: async ({ answers, digest }, lastEventId) => (lastEventId === digest ? [] : eventsOf(answers, digest)),
    };
  }

  private async look(tenantId: string, watched: readonly AnyQuestion[], turn: Turn): Promise<Told> {
    const answers: Told['answers'][number][] = [];
    for (const question of watched) {
      const answer = await this.answer(tenantId, question, turn);
      answers.push({ content: contentOf(answer), event: { event: 'kpi', data: answer } });
    }
    return { answers, digest: digestOf(answers.map(({ content }) => content)) };
  }

  /** One question a turn: a stream of many KPIs does not make the others of the tenant wait for all of them. */
  private answer(tenantId: string, question: AnyQuestion, turn: Turn): Promise<Answer> {
    const key = `${tenantId}/${keyOf(question)}`;
    const change = this.changes.last(tenantId);
    const askedMs = performance.now();
    const known = this.shared.get(key);
    if (known?.change === change && askedMs - known.askedMs < sharedMs) return known.answer;
    const answer = turn(() => this.kpis.answer(tenantId, question, Date.now()));
    this.remember(key, { change, askedMs, answer });
    return answer;
  }

  private remember(key: string, shared: Shared): void {
    this.shared.delete(key);
    const [oldest] = this.shared.keys();
    if (oldest !== undefined && this.shared.size >= maxShared) this.shared.delete(oldest);
    this.shared.set(key, shared);
    // Whoever asked is told; the next one asks anew.
    shared.answer.catch(() => this.shared.get(key) === shared && this.shared.delete(key));
  }
}

const keyOf = ({ kpi, ...asked }: AnyQuestion): string => JSON.stringify([kpi.id, asked]);

const digestOf = (texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url').slice(0, 22);

/** What a change is a change of: neither how fresh the answer is, nor what "now" was. */
function contentOf({ through: _through, at: _at, ...content }: Answer): string {
  return JSON.stringify(content);
}

/** Only the last event has an id: a client that lost the rest of them gets all of them again. */
function eventsOf(answers: Told['answers'], id: string): readonly LiveEvent[] {
  return answers.map(({ event }, index) => (index === answers.length - 1 ? { ...event, id } : event));
}
