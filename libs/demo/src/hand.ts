import type { GuichetClient, SendOptions } from '@guichet/client';

/** Somebody at work in a service: the same wish has the same key at every attempt. */
export class Hand {
  /**
   * @param base what the paths are below, such as `/knowledge/v1`
   * @param work which part of the demo it is: wishes of two parts may be called the same
   */
  constructor(
    private readonly client: GuichetClient,
    private readonly base: string,
    private readonly work: string,
    private readonly signal?: AbortSignal,
  ) {}

  async post<T>(path: string, wish: string, body: object = {}): Promise<T> {
    return (await this.send<T>('POST', path, wish, body)).body;
  }

  send<T>(method: 'POST' | 'PUT', path: string, wish: string, body: object, options: SendOptions = {}) {
    const idempotencyKey = `${this.work}/${path.split('/').at(-1)}/${wish}`;
    const signal = this.signal === undefined ? {} : { signal: this.signal };
    return this.client.send<T>(method, `${this.base}${path}`, body, { ...signal, ...options, idempotencyKey });
  }
}

/** Does the work for each item, for `atOnce` of them at a time. @throws what the first that fails throws */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const workRest = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, workRest));
}
