/** One ticket's life. */
import type { PublicActor } from '@guichet/contracts';
import type { Random } from '@guichet/testing';
import type { LifeEvent } from './lives.js';

export const departments = ['billing', 'technical', 'sales', 'returns', 'accounts', 'legal', 'onboarding', 'partners'];
export const agentsPerDepartment = 25;
const channels = ['email', 'portal', 'email', 'chat', 'phone', 'portal', 'api'];
const devices = ['desktop', 'desktop', 'desktop', 'mobile', 'mobile', 'tablet', 'unknown'];
const locales = ['en', 'en', 'de', 'fr', 'pl', 'es'];
const priorities = ['normal', 'normal', 'normal', 'normal', 'high', 'high', 'low', 'urgent'];
const tags = ['invoice', 'refund', 'vip', 'login', 'delivery'];
const asked = 'I cannot pay the invoice with my new card: error 402 after the last step. Could you please have a look?';
const answered =
  'Thank you for your message. The card was refused by the bank; we have sent a new link, which is valid for a week.';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** In the order of each stream, not of time. About eight events. */
export function lifeOf(openedAt: number, tenantId: string, random: Random): readonly LifeEvent[] {
  const life = new Life(openedAt, tenantId, random);
  if (life.open()) life.handle();
  return life.events;
}

class Life {
  readonly events: LifeEvent[] = [];
  private readonly ticketId: string;
  private readonly correlationId: string;
  private readonly requester: PublicActor;
  private readonly versions = { intake: 0, routing: 0 };
  private at: number;
  private departmentId: string;
  private agentId = '';

  constructor(
    openedAt: number,
    private readonly tenantId: string,
    private readonly random: Random,
  ) {
    this.at = openedAt;
    this.ticketId = uuidFrom(random);
    this.correlationId = uuidFrom(random);
    this.requester = { kind: 'requester', id: `r-${Math.floor(random() * 50_000)}` };
    this.departmentId = this.oneOf(departments);
  }

  /** False: it was spam, and nothing follows. */
  open(): boolean {
    const { ticketId, requester, departmentId } = this;
    const opening = {
      number: `T-${ticketId.slice(0, 8)}`,
      requesterId: requester.id,
      subject: 'Card refused while paying',
      body: asked,
      channel: this.oneOf(channels),
      device: this.oneOf(devices),
      locale: this.oneOf(locales),
      departmentId,
      priority: this.oneOf(priorities),
      ...(this.random() < 0.3 ? { tags: [this.oneOf(tags)] } : {}),
    };
    this.tell('TicketOpened', opening);
    this.later(50, 0.5);
    this.do('TicketQueued', { departmentId, priority: opening.priority }, { kind: 'system' });
    if (this.random() > 0.01) return true;
    this.later(2 * hour, 1);
    this.tell('TicketMarkedSpam', {}, { kind: 'agent', id: this.anAgent() });
    return false;
  }

  handle(): void {
    this.later(20 * minute, 1.3);
    this.assign();
    if (this.random() < 0.2) this.transfer();
    this.later(40 * minute, 1.4);
    this.reply();
    if (this.random() < 0.45) {
      this.later(5 * hour, 1.2);
      this.tell('RequesterReplied', { replyId: uuidFrom(this.random), body: asked });
      this.later(2 * hour, 1.2);
      this.reply();
    }
    if (this.random() < 0.15) this.do('ActivityLogged', { activity: 'call', seconds: 300 });
    // Some requests are never dealt with to the end.
    if (this.random() < 0.003) return;
    this.later(14 * hour, 1.3);
    this.resolve();
    if (this.random() < 0.06) this.reopen();
    if (this.random() < 0.6) {
      this.at += 3 * day;
      this.do('TicketClosed', { automatic: true }, { kind: 'system' });
    }
  }

  private assign(): void {
    this.agentId = this.anAgent();
    this.do('TicketAssigned', { agentId: this.agentId, departmentId: this.departmentId });
  }

  private transfer(): void {
    this.later(30 * minute, 1);
    const fromDepartmentId = this.departmentId;
    const others = departments.filter((one) => one !== fromDepartmentId);
    const toDepartmentId = this.oneOf(others);
    this.do('TicketTransferred', { fromDepartmentId, toDepartmentId, reason: 'wrong-department' });
    this.departmentId = toDepartmentId;
    this.later(30 * minute, 1.2);
    this.assign();
  }

  private reply(): void {
    const { agentId } = this;
    this.do('AgentReplied', { replyId: uuidFrom(this.random), agentId, body: answered, automatic: false });
  }

  private resolve(): void {
    const { agentId, departmentId } = this;
    this.do('TicketResolved', { agentId, departmentId });
    if (this.random() > 0.3) return;
    this.do('WrapUpStarted', { agentId });
    this.later(8 * minute, 0.6);
    this.do('WrapUpCompleted', { agentId });
  }

  private reopen(): void {
    this.later(day, 1);
    this.tell('TicketReopenedByRequester', {});
    this.later(minute, 0.3);
    this.do('TicketReopened', {}, { kind: 'system' });
    this.later(6 * hour, 1.2);
    this.reply();
    this.later(6 * hour, 1);
    this.resolve();
  }

  private tell(type: string, data: object, actor: PublicActor = this.requester): void {
    this.record('intake', 'ticket', type, data, actor);
  }

  private do(type: string, data: object, actor: PublicActor = { kind: 'agent', id: this.agentId }): void {
    this.record('routing', 'handling', type, data, actor);
  }

  private record(source: LifeEvent['source'], stream: string, type: string, data: object, actor: PublicActor): void {
    const { tenantId, ticketId, correlationId, at } = this;
    const version = ++this.versions[source];
    const said = { ticketId, at: new Date(at).toISOString(), ...data };
    this.events.push({
      source,
      tenantId,
      streamId: `${stream}-${ticketId}`,
      version,
      type,
      data: said,
      actor,
      correlationId,
      at,
    });
  }

  /** Waiting times of people are log-normal; `median` in milliseconds. */
  private later(median: number, spread: number): void {
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
    this.at += Math.max(1, Math.round(median * Math.exp(spread * normal)));
  }

  private anAgent(): string {
    return `${this.departmentId}-${Math.floor(this.random() * agentsPerDepartment)}`;
  }

  private oneOf(list: readonly string[]): string {
    return list[Math.floor(this.random() * list.length)] ?? '';
  }
}

const hex = (random: Random, digits: number): string =>
  Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');

/** As random as the service's own: their order in an index says nothing of their age. */
const uuidFrom = (random: Random): string =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 6)}${hex(random, 6)}`;
