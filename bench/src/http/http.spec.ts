import { headerOf, mustBe, readAnswer } from './connections.js';
import { asFastAsAnswered, atPace, Latencies } from './load.js';

const bytes = Buffer.from('HTTP/1.1 201 Created\r\nGuichet-Position: intake=7\r\nContent-Length: 5\r\n\r\nh\u00e9ab');

it('reads an answer once it is whole', () => {
  for (let length = 0; length < bytes.length; length++) expect(readAnswer(bytes.subarray(0, length))).toBeUndefined();
  const answer = readAnswer(bytes);
  expect(answer).toMatchObject({ status: 201, body: 'h\u00e9ab' });
  expect(headerOf(answer ?? { head: '' }, 'guichet-position')).toBe('intake=7');
  expect(headerOf(answer ?? { head: '' }, 'etag')).toBeUndefined();
});

it('refuses what it cannot read, and another status', () => {
  expect(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toThrow(
    /without a length/,
  );
  expect(() => mustBe(200, { status: 503, head: '', body: 'not yet' })).toThrow(/503.*not yet/);
});

it('knows the quantiles of what it took', () => {
  const latencies = new Latencies();
  for (const ms of [5, 1, 3, 2, 4]) latencies.add(ms);
  expect([latencies.count, latencies.at(0), latencies.at(0.5), latencies.at(1)]).toEqual([5, 1, 3, 5]);
  latencies.add(0);
  expect(latencies.at(0)).toBe(0);
});

it('begins each piece of work when it is due, however long the others take', async () => {
  const due: number[] = [];
  const { sent } = await atPace(200, 0.1, async (_, dueMs) => {
    due.push(dueMs);
    await new Promise((done) => setTimeout(done, 50));
  });
  expect([sent, due.length]).toEqual([20, 20]);
  expect(due.slice(1).every((at, i) => Math.abs(at - (due[i] ?? 0) - 5) < 0.001)).toBe(true);
  await expect(atPace(100, 0.05, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

it('counts what was answered', async () => {
  let answered = 0;
  const { latencies, perSecond } = await asFastAsAnswered(4, 0.05, async () => {
    answered++;
    await new Promise((done) => setTimeout(done, 1));
  });
  expect(latencies.count).toBe(answered);
  expect(perSecond).toBeGreaterThan(0);
});
