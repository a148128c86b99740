import { setTimeout as pause } from 'node:timers/promises';
import { Remembered } from './remembered.js';

it('keeps a value for a while, and no more than so many', async () => {
  const remembered = new Remembered<number>({ forMs: 50, max: 2 });
  remembered.set('a', 1);
  remembered.set('b', 2);
  expect([remembered.get('a'), remembered.get('b'), remembered.get('c')]).toEqual([1, 2, undefined]);
  remembered.set('a', 3);
  remembered.set('c', 4);
  expect([remembered.get('a'), remembered.get('b'), remembered.get('c')]).toEqual([3, undefined, 4]);
  await pause(60);
  expect([remembered.get('a'), remembered.get('c')]).toEqual([undefined, undefined]);
});
