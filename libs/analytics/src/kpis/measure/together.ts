/**
 * Waits for all, whatever becomes of any: nobody uses the transaction any more when this is over. Throws the error of
 * the first in the list that has one.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  ...all: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(all);
  for (const one of all) await one;
  return Promise.all(all);
}
