/** KPIs as they change: the answer at once, then whenever it is another one. */
import { type LiveClient } from '@guichet/http-host';
import { Wake } from '@guichet/event-sourcing';
import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { FiguresChanges } from '../figures-changes.js';
import type { Answer } from './answers/answer.js';
import { KpisQuery } from './answers/kpis.query.js';
import type { Question } from './definitions/question.js';

/** A client hears of changes at most this often: those in between come as one. */
const coalesceMs = 250;
/** Batches come in bursts: what follows within this time is told with the first. */
const settleMs = 20;
/** Another replica may project, and wake nobody here: look how far it is. */
const pollMs = 1_000;
/** Ages and "today" change by themselves. */
const recomputeMs = 15_000;

@Injectable()
export class KpiStream {
  private readonly log = new Logger(KpiStream.name);

  constructor(
    private readonly kpis: KpisQuery,
    private readonly changes: FiguresChanges,
  ) {}

  /** One after the other: a stream must not take the connections that requests need. */
  async answers(tenantId: string, watched: readonly Question[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (const question of watched) answers.push(await this.kpis.answer(tenantId, question, Date.now()));
    return answers;
  }

  /** Sends `first`, then follows until the client is gone. Answers what ends it. */
  open(client: LiveClient, tenantId: string, watched: readonly Question[], first: readonly Answer[]): () => void {
    const wake = new Wake();
    const stop = this.changes.listen(tenantId, () => wake.notify());
    this.follow(client, wake, tenantId, watched, first).catch((error: unknown) => {
      this.log.error(error, 'a live stream of KPIs failed; its client will reconnect');
      client.close();
    });
    return () => {
      stop();
      wake.notify();
    };
  }

  private async follow(
    client: LiveClient,
    wake: Wake,
    tenantId: string,
    watched: readonly Question[],
    first: readonly Answer[],
  ): Promise<void> {
    const sent = new Map<string, string>();
    let answers = first;
    while (!client.signal.aborted) {
      const { seen } = wake;
      const answeredAt = performance.now();
      for (const answer of answers) {
        const content = contentOf(answer);
        if (sent.get(answer.kpi) === content) continue;
        sent.set(answer.kpi, content);
        client.send({ id: String(positionOf(answer)), event: 'kpi', data: answer });
      }
      await this.change(client, wake, { tenantId, seen, answeredAt, position: Math.min(...answers.map(positionOf)) });
      if (client.signal.aborted) return;
      answers = await this.answers(tenantId, watched);
    }
  }

  /** Answers when there may be news, a little later so that a burst is told at once. */
  private async change(client: LiveClient, wake: Wake, since: Moment): Promise<void> {
    const { tenantId, seen, answeredAt, position } = since;
    while (!client.signal.aborted && performance.now() - answeredAt < recomputeMs) {
      await wake.wait(pollMs, seen);
      if (wake.seen !== seen || (await this.kpis.position(tenantId)) > position) break;
    }
    await pause(Math.max(settleMs, coalesceMs - (performance.now() - answeredAt)));
  }
}

interface Moment {
  readonly tenantId: string;
  /** The wake's count, and the clock, when the answers were sent. */
  readonly seen: number;
  readonly answeredAt: number;
  readonly position: number;
}

const positionOf = ({ through }: Answer) => through.positions['received'] ?? 0;

/** What a change is a change of: neither how fresh the answer is, nor what "now" was. */
function contentOf({ through: _through, at: _at, ...content }: Answer): string {
  return JSON.stringify(content);
}
