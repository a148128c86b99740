/**
 * Polls until `condition` answers something truthy, and answers that. Fails after `timeoutMs` with `what` in the
 * message, so that a test never sleeps and never hangs.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 10_000,
  everyMs = 20,
): Promise<Truthy<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer as Truthy<T>;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

type Truthy<T> = T extends false | 0 | '' | null | undefined ? never : T;
