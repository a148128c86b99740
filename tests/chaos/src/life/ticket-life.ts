/**
 * The life of one ticket, from its opening on: one step after the other, each once the last one is known everywhere.
 */
import type { Draw } from '../plan/draw.js';
import type { Publisher } from '../history.js';
import type { LivedTicket } from './ledger.js';
import type { Command, People, Told } from './people.js';
import { type Agent, agents, departments, opened, type Step, stepsFrom, type TicketState } from './ticket-steps.js';

/** One command in so many is sent once more after it was acknowledged. */
const repeatShare = 0.15;
/** One free ticket in so many is claimed by two agents at once. */
const raceShare = 0.5;
const mostSteps = 14;

export interface Desk {
  readonly people: People;
  readonly tenant: string;
  readonly draw: Draw;
  /** Between two steps. */
  breathe(): Promise<void>;
  readonly ended: () => boolean;
}

export class TicketLife {
  private state: TicketState;
  private readonly ticket: LivedTicket;
  private steps = 0;
  /** Newest positions of this ticket, by service. */
  private readonly positions: Record<Publisher, number> = { intake: 0, routing: 0 };

  private constructor(
    private readonly desk: Desk,
    private readonly name: string,
    departmentId: string,
    ticketId: string,
    tenantId: string,
  ) {
    this.state = opened(departmentId);
    this.ticket = { ticketId, tenantId, events: { intake: ['TicketOpened'], routing: ['TicketQueued'] } };
  }

  /** @param name different for each ticket of a run */
  static async live(desk: Desk, name: string): Promise<void> {
    const { people, tenant, draw } = desk;
    const departmentId = draw.pick('department', departments);
    const told = await people.command(
      openingOf(tenant, name, departmentId),
      draw.share('repeat opening') < repeatShare,
    );
    if (told.outcome.is !== 'acknowledged') return;
    const life = new TicketLife(desk, name, departmentId, String(told.body['ticketId']), told.tenantId);
    people.ledger.tickets.push(life.ticket);
    life.positions.intake = told.outcome.position;
    if (!(await life.knownTo('routing'))) return;
    const length = draw.integer('length', 2, mostSteps);
    while (life.steps < length && !desk.ended()) {
      await desk.breathe();
      if (!(await life.step())) return;
    }
  }

  /** False when it is not known how things stand: nobody touches the ticket any more. */
  private async step(): Promise<boolean> {
    this.steps++;
    const draw = this.desk.draw.of('step', this.steps);
    const text = `${this.name}, step ${this.steps}`;
    if (this.state.status === 'open' && this.state.agent === null && draw.share('race') < raceShare) {
      return this.race();
    }
    const step = draw.pick('step', stepsFrom(this.state, text));
    // Where the requester acts, intake must know what routing has done: what a reply reopens depends on it.
    if (step.service === 'intake' && !(await this.knownTo('intake'))) return false;
    const told = await this.carryOut(step, draw.share('repeat') < repeatShare);
    if (told.outcome.is === 'unknown') return false;
    if ((told.outcome.is === 'refused') !== (step.mustBeRefused ?? false)) return false; // a finding already
    if (told.outcome.is === 'acknowledged') this.happened(step, told.outcome.position);
    return step.service === 'routing' || this.knownTo('routing');
  }

  private happened({ service, leadsTo, follows, next }: Step, position: number): void {
    this.ticket.events[service].push(...leadsTo);
    this.ticket.events.routing.push(...follows);
    this.positions[service] = Math.max(this.positions[service], position);
    this.state = next;
  }

  /** Both agents claim at once: one wins. */
  private async race(): Promise<boolean> {
    const claims = agents.map((by) => {
      const step = stepsFrom(this.state, '').find(({ kind, by: who }) => kind === 'claim' && who === by);
      if (!step) throw new Error('A waiting ticket can be claimed.');
      return { by, step, told: this.carryOut({ ...step, kind: 'claim at once' }, false, ['already-claimed']) };
    });
    const won: Agent[] = [];
    for (const { by, step, told } of claims) {
      const { outcome } = await told;
      if (outcome.is === 'unknown') return false;
      if (outcome.is !== 'acknowledged') continue;
      won.push(by);
      this.happened(step, outcome.position);
    }
    if (won.length === 1) return true;
    const text = `${this.ticket.ticketId} was claimed by ${won.join(' and ') || 'nobody'} of two agents at once`;
    this.desk.people.ledger.find('wrong answer', text);
    return false;
  }

  private carryOut(step: Step, repeat: boolean, mayBe: readonly string[] = []): Promise<Told> {
    const { people, tenant } = this.desk;
    const { service, by, kind, path, body, leadsTo } = step;
    const { ticketId } = this.ticket;
    const category = service === 'intake' ? 'ticket' : 'handling';
    const command: Command = {
      ...{ service, tenant, kind, leadsTo, mayBe },
      role: by,
      path: `/${service}/v1/tickets/${ticketId}/${path}`,
      ...(body !== undefined && { body }),
      key: `${this.name}-${this.steps}-${by}`,
      streamId: () => `${category}-${ticketId}`,
      ...(step.mustBeRefused && { mustBeRefused: true }),
      ...(kind === 'requester reopen' && { after: this.after() }),
    };
    return people.command(command, repeat);
  }

  /** Waits until the service shows what has happened to the ticket so far, here and elsewhere. */
  private async knownTo(service: Publisher): Promise<boolean> {
    const { people, tenant } = this.desk;
    const request = {
      path: `/${service}/v1/tickets/${this.ticket.ticketId}`,
      headers: { 'guichet-after': this.after() },
    };
    const role = service === 'intake' ? 'requester' : 'agent';
    const seen = await people.see({ tenant, role, kind: `${service} knows` }, request);
    return seen !== undefined;
  }

  private after(): string {
    return `intake=${this.positions.intake},routing=${this.positions.routing}`;
  }
}

/** What opens a ticket. */
export const openingOf = (tenant: string, name: string, departmentId: string): Command => ({
  ...{ service: 'intake', tenant, role: 'requester', kind: 'open' },
  path: '/intake/v1/tickets',
  body: { subject: `Matter ${name}`, body: 'Please help.', channel: 'portal', departmentId },
  key: `${name}-open`,
  streamId: ({ ticketId }) => `ticket-${String(ticketId)}`,
  leadsTo: ['TicketOpened'],
});
