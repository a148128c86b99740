import { setImmediate as turn } from 'node:timers/promises';
import { Gathered } from './gathered.js';

function gathered(options: { maxTogether?: number; fails?: boolean } = {}) {
  const calls: number[][] = [];
  const open: (() => void)[] = [];
  const ask = async (questions: readonly number[]) => {
    calls.push([...questions]);
    await new Promise<void>((resolve) => open.push(resolve));
    if (options.fails) throw new Error('no');
    return questions.map((n) => n * 10);
  };
  const { maxTogether = 10 } = options;
  return { calls, answerNext: () => open.shift()?.(), questions: new Gathered({ maxTogether, maxUnderWay: 1, ask }) };
}

it('asks together what comes in one turn, and then what came meanwhile', async () => {
  const { calls, answerNext, questions } = gathered();
  const first = [1, 2].map((n) => questions.ask(n));
  await turn();
  const second = [3, 4, 5].map((n) => questions.ask(n));
  await turn();
  expect(calls).toEqual([[1, 2]]);
  answerNext();
  expect(await Promise.all(first)).toEqual([10, 20]);
  await turn();
  answerNext();
  expect(await Promise.all(second)).toEqual([30, 40, 50]);
  expect(calls).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

it('asks no more together than it may', async () => {
  const { calls, answerNext, questions } = gathered({ maxTogether: 2 });
  const all = [1, 2, 3].map((n) => questions.ask(n));
  await turn();
  answerNext();
  await Promise.all(all.slice(0, 2));
  await turn();
  answerNext();
  expect(await Promise.all(all)).toEqual([10, 20, 30]);
  expect(calls).toEqual([[1, 2], [3]]);
});

it('tells everybody who asked together of an error, and goes on', async () => {
  const { calls, answerNext, questions } = gathered({ fails: true });
  const asked = [1, 2].map((n) => questions.ask(n));
  const ends = Promise.allSettled(asked);
  await turn();
  answerNext();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = questions.ask(3);
  later.catch(() => undefined);
  await turn();
  answerNext();
  await expect(later).rejects.toThrow('no');
  expect(calls).toEqual([[1, 2], [3]]);
});

it('refuses answers that do not fit the questions', async () => {
  const questions = new Gathered<number, number>({ maxTogether: 5, ask: () => Promise.resolve([1]) });
  await expect(Promise.all([questions.ask(1), questions.ask(2)])).rejects.toThrow('2 questions, 1 answers');
});
