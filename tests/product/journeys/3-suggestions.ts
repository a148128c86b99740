import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Refused } from '@guichet/client';
import type { Journey } from './journey.js';

interface Suggested {
  readonly attemptId: string;
  readonly items: readonly { readonly articleId: string; readonly locale: string; readonly revision: number }[];
}

const settledWithinMs = 60_000;

/** Answers are suggested while a ticket is written; the form ends in the ticket, whatever was suggested. */
export const journey: Journey = {
  title: 'find answers while they write a ticket',
  async run(kb) {
    const titles = ['Get a refund', 'Change the delivery address', 'Reset a password', 'Download an invoice'];
    for (const title of titles) {
      const { articleId } = await kb.begin();
      await kb.publish(articleId, 'en', { title, body: `${title}: open your account and follow the steps.` });
    }
    const internal = await kb.begin({ audience: 'agents' });
    await kb.publish(internal.articleId, 'en', { title: 'Refund fraud', body: 'How staff get a refund stopped.' });

    const [sessionId, attemptId] = [randomUUID(), randomUUID()];
    const ask = async (subject: string): Promise<Suggested> => {
      const body = { sessionId, attemptId, subject, locale: 'en' };
      return (await kb.send<Suggested>('requester', 'POST', '/suggestions', body)).body;
    };
    // As it is typed: each request is for the same form.
    const typed = ['Get', 'Get a ref', 'Get a refund'];
    let found: Suggested | undefined;
    const tookMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (const subject of typed) {
        const startedMs = performance.now();
        found = await ask(subject);
        tookMs.push(performance.now() - startedMs);
        expect(found.items.length).toBeLessThanOrEqual(5);
      }
    }
    const [first] = found?.items ?? [];
    if (first === undefined) throw new Error('Nothing was suggested.');
    const [fastest = Infinity, ...others] = tookMs.toSorted((a, b) => a - b);
    const median = others[Math.floor(others.length / 2)] ?? fastest;
    kb.tell(
      `suggestions in ${fastest.toFixed(0)} ms at best, ${median.toFixed(0)} ms in the median of ${tookMs.length}`,
    );
    expect(found?.items.map(({ articleId }) => articleId)).not.toContain(internal.articleId);
    expect((await ask('Broken escalator')).items).toEqual([]);

    const { articleId, locale, revision } = first;
    const tell = (event: object) =>
      kb.send('requester', 'POST', `/sessions/${sessionId}/events`, {
        ...{ locale: 'en', events: [{ id: randomUUID(), articleId, locale, revision, attemptId, ...event }] },
      });
    await tell({ type: 'SuggestionOpened', visibleSeconds: 12 });
    const ticket = { subject: 'Get a refund', body: 'It was not answered.', attemptId };
    const { ticketId } = await kb.as('requester').post<{ ticketId: string }>('/intake/v1/tickets', ticket);
    const outcome = await outcomeOf(() => tell({ type: 'AnswerConfirmed' }));
    expect(outcome).toMatchObject({ attemptId, outcome: 'ticket', ticketId });
    return { suggested: found?.items.length ?? 0, outcome: 'ticket' };
  },
};

/** Once the attempt is settled nothing can be confirmed for it, and the refusal tells its outcome. */
async function outcomeOf(confirm: () => Promise<unknown>): Promise<unknown> {
  for (const deadline = Date.now() + settledWithinMs; Date.now() < deadline; await pause(500)) {
    try {
      await confirm();
    } catch (error) {
      if (error instanceof Refused && error.code === 'attempt-settled') return error.document['details'];
      throw error;
    }
  }
  throw new Error('The attempt was not settled.');
}
