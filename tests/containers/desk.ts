/** People at work through the gateway, for as long as they are let: tickets are opened, claimed, transferred, answered. */
import { setTimeout as delay } from 'node:timers/promises';
import type { GuichetClient } from '@guichet/client';

interface Queue {
  readonly items: readonly { readonly ticketId: string }[];
}

const pauseMs = 100;

export class Desk {
  transferred = 0;
  /** Newest position that a write has reached, by service. */
  readonly seen = new Map<string, number>();
  private isOpen = true;
  private readonly working: Promise<void>[] = [];

  /** @param opened ids of the tickets that are there */
  constructor(
    private readonly client: GuichetClient,
    readonly opened: string[],
  ) {}

  /** Sets so many people to work. */
  start(people: number): void {
    for (let person = 0; person < people; person++) this.working.push(this.work());
  }

  /** Lets everybody finish what they are at. */
  async close(): Promise<void> {
    this.isOpen = false;
    await Promise.all(this.working);
  }

  /** For a query that must have seen everything that was done. */
  get after(): string {
    return [...this.seen].map(([service, position]) => `${service}=${position}`).join(',');
  }

  async post<T>(path: string, body: object): Promise<T> {
    const { body: answer, position = '' } = await this.client.send<T>('POST', path, body);
    const [service = '', at = '0'] = position.split('=');
    if (service) this.seen.set(service, Math.max(this.seen.get(service) ?? 0, Number(at)));
    return answer;
  }

  async open(subject: string): Promise<string> {
    const body = { subject, body: 'Please help.', channel: 'portal', departmentId: 'billing' };
    const { ticketId } = await this.post<{ ticketId: string }>('/intake/v1/tickets', body);
    this.opened.push(ticketId);
    return ticketId;
  }

  private async work(): Promise<void> {
    const mine = new Set<string>();
    while (this.isOpen) {
      mine.add(await this.open('A matter of every day'));
      await this.client.get('/identity/v1/people');
      await this.client.get('/analytics/v1/kpis/tickets-opened');
      const { items } = await this.client.get<Queue>('/routing/v1/departments/billing/queue?state=waiting');
      for (const { ticketId } of items.filter((ticket) => mine.delete(ticket.ticketId))) await this.handle(ticketId);
      await delay(pauseMs);
    }
  }

  private async handle(ticketId: string): Promise<void> {
    const ticket = `/routing/v1/tickets/${ticketId}`;
    await this.post(`${ticket}/claim`, {});
    await this.post(`${ticket}/transfers`, { toDepartmentId: 'technical', reason: 'wrong-department' });
    this.transferred += 1;
    await this.client.get(ticket);
  }
}
