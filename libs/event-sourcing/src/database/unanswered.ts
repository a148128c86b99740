import type { ClientBase, QueryConfig } from 'pg';

/**
 * Statements of one transaction whose answers nobody waits for one by one: they go out at once, and are answered in
 * order. After one that failed all others fail too, and say no more than that; the first failure is the one to tell.
 */
export class Unanswered {
  private sent: Promise<unknown>[] = [];

  constructor(private readonly client: ClientBase) {}

  send(query: string | QueryConfig, values?: unknown[]): void {
    const answer = this.client.query(query, values);
    answer.catch(() => undefined); // told by `settle`
    this.sent.push(answer);
  }

  /** Waits for what was sent since the last time. Throws the first failure. */
  async settle(): Promise<void> {
    const sent = this.sent;
    this.sent = [];
    await Promise.all(sent);
  }
}
