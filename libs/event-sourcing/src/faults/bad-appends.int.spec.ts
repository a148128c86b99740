import { randomUUID } from 'node:crypto';
import { effort } from '@guichet/testing';
import fc from 'fast-check';
import type { DomainEvent } from '../decider.js';
import { CommandReused, ConcurrencyConflict, UnstorablePayload } from '../errors.js';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { added, context, createTestLog, tenant, type TestLog } from '../testing/test-log.js';

const { at } = added(1).data;
const said = (text: unknown, more: object = {}): DomainEvent => ({
  type: 'Said',
  data: { at, text, ...more } as { at: string },
});
const nested = (depth: number): object => {
  let value: object = {};
  for (let i = 0; i < depth; i++) value = { value };
  return value;
};

/** Events no log can keep as they are. */
const unstorable: Record<string, () => readonly DomainEvent[]> = {
  'U+0000 in a text': () => [said('a\u0000b')],
  'U+0000 in a key': () => [said({ 'a\u0000': 1 })],
  'the first half of a pair': () => [said('a\ud83d')],
  'the second half of a pair': () => [said(['\ude00'])],
  'half a pair in a later event': () => [said('good'), added(1), said('\udfff')],
  'no time': () => [{ type: 'Said', data: {} as { at: string } }],
  'a time that is none': () => [said('x', { at: '2026-02-30T25:00:00Z' })],
  'a time before year 1': () => [said('x', { at: '-000044-03-15T12:00:00.000Z' })],
  'a time after year 9999': () => [said('x', { at: '+012026-03-15T12:00:00.000Z' })],
  'more than 8 Mi characters in one event': () => [said('x'.repeat(8 * 1024 * 1024))],
  'more than 8 Mi characters in several events': () => Array.from({ length: 9 }, () => said('x'.repeat(1024 * 1024))),
  'nesting deeper than PostgreSQL takes': () => [said(nested(20_000))],
  'U+0000 in the type': () => [{ type: 'Sa\u0000id', data: { at } }],
  'half a pair in the type': () => [{ type: 'Said\ud83d', data: { at } }],
};

/** Texts that look like trouble and are none. */
const storable = ['\\u0000', '\\\\u0000', '😀', '\u2028\u202e\u0001\u007f', '"\'\\', '\ufeff\ufffd\uffff', '__proto__'];

describe('What cannot be stored, in one batch with what can', () => {
  let test: TestLog;
  const told: Told[] = [];
  beforeAll(async () => {
    test = await createTestLog('bad');
  });
  afterAll(() => test.close());

  /** Appends, notes what was told, and answers it. */
  async function append(streamId: string, expectedVersion: number, events: readonly DomainEvent[], ids?: string[]) {
    const eventIds = ids ?? events.map(() => randomUUID());
    const request = { streamId, expectedVersion, events, eventIds, context: context() };
    const [answer] = await Promise.allSettled([test.store.append(request)]);
    told.push({
      eventIds,
      streamId,
      expectedVersion,
      answer: answer.status === 'fulfilled' ? answer.value : 'refused',
    });
    return answer;
  }
  const good = () => append(`good-${randomUUID()}`, 0, [added(1), said('fine')]);

  it.each(Object.entries(unstorable))('refuses %s, and nothing else', async (_name, events) => {
    const answers = await Promise.all([good(), append(`bad-${randomUUID()}`, 0, events()), good()]);
    expect(answers).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: expect.any(UnstorablePayload) as unknown },
      { status: 'fulfilled' },
    ]);
    // Alone it goes another way through the store.
    expect(await append(`bad-${randomUUID()}`, 0, events())).toMatchObject({
      reason: expect.any(UnstorablePayload) as unknown,
    });
    await checkLogAgainst(test.pool, told);
  });

  it.each([
    ['U+0000', 's-\u0000'],
    ['half a pair', 's-\ud83d'],
    ['256 characters', 's'.repeat(256)],
  ])('refuses a stream id with %s', async (_name, streamId) => {
    const answers = await Promise.all([good(), append(streamId, 0, [added(1)]), good()]);
    expect(answers[1]).toMatchObject({ reason: expect.any(UnstorablePayload) as unknown });
    expect(await test.store.readStream(tenant, 's-\ufffd')).toEqual([]);
    await checkLogAgainst(test.pool, told);
  });

  it('keeps what only looks like trouble', async () => {
    const streamId = `odd-${randomUUID()}`;
    expect(await append(streamId, 0, [...storable.map((text) => said(text)), said(nested(500))])).toMatchObject({
      status: 'fulfilled',
    });
    const texts = (await test.store.readStream(tenant, streamId)).map(({ data }) => (data as { text: unknown }).text);
    expect(texts).toEqual([...storable, nested(500)]);
  });

  it.each([1, 999, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53, -1, 0.5, NaN, Infinity])(
    'refuses version %p of a stream that has none',
    async (version) => {
      const answers = await Promise.all([good(), append(`v-${randomUUID()}`, version, [added(1), added(2)]), good()]);
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const alone = await append(`v-${randomUUID()}`, version, [added(1)]);
      const { reason } = alone as PromiseRejectedResult;
      expect(reason instanceof ConcurrencyConflict || reason instanceof RangeError).toBe(true);
      await checkLogAgainst(test.pool, told);
    },
  );

  it(
    'answers any mixture of good and bad as each deserves',
    async () => {
      const kinds = ['good', 'stale', 'ahead', 'unstorable', 'taken', 'foreign'] as const;
      const known = randomUUID();
      await append(`taken-${known}`, 0, [added(1)], [known]);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 24 }), async (batch) => {
          const existing = batch.map(() => `mix-${randomUUID()}`);
          await Promise.all(existing.map((streamId) => append(streamId, 0, [added(1)])));
          const answers = await Promise.all(
            batch.map((kind, i) => {
              const streamId = existing[i]!;
              if (kind === 'taken') return takenAgain(streamId, known);
              if (kind === 'foreign') return ofOtherTenant(streamId);
              const version = { good: 1, stale: 0, ahead: 2, unstorable: 1 }[kind];
              return append(
                streamId,
                version,
                kind === 'unstorable' ? [added(1), said('\u0000')] : [added(1), added(2)],
              );
            }),
          );
          const reasons = {
            stale: ConcurrencyConflict,
            ahead: ConcurrencyConflict,
            unstorable: UnstorablePayload,
            taken: CommandReused,
            foreign: Error,
          };
          answers.forEach((answer, i) => {
            const kind = batch[i]!;
            if (kind === 'good') expect(answer).toMatchObject({ status: 'fulfilled', value: { version: 3 } });
            else expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(reasons[kind]) as unknown });
          });
        }),
        { numRuns: effort(25, 1000) },
      );
      await checkLogAgainst(test.pool, told);
    },
    effort(30_000, 600_000),
  );

  /** Its second event has an id that stands in another stream: neither is stored. */
  const takenAgain = async (streamId: string, known: string) => {
    const eventIds = [randomUUID(), known];
    const request = { streamId, expectedVersion: 1, events: [added(1), added(2)], eventIds, context: context() };
    const [answer] = await Promise.allSettled([test.store.append(request)]);
    told.push({ eventIds: [eventIds[0]!], streamId, expectedVersion: 1, answer: 'refused' });
    return answer;
  };
  const ofOtherTenant = async (streamId: string) => {
    const eventIds = [randomUUID()];
    const foreign = context('7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02');
    const request = { streamId, expectedVersion: 1, events: [added(1)], eventIds, context: foreign };
    const [answer] = await Promise.allSettled([test.store.append(request)]);
    told.push({ eventIds, streamId, expectedVersion: 1, answer: 'refused' });
    return answer;
  };
});
