/**
 * Sixty days of a small helpdesk's life, as batches for the import endpoints: enough for every figure to say something.
 * Pure: the same `now` and tenant give the same history.
 */
import type { TicketSource } from '@guichet/contracts';
import { type DemoMatter, departments, matters, people } from './matters.js';
import { Random } from './random.js';

interface ImportedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly at: string };
  readonly actor: { readonly kind: 'requester' | 'agent' | 'system'; readonly id?: string };
}

export interface ImportedStream {
  readonly ticketId: string;
  readonly events: readonly ImportedEvent[];
}

export interface DemoAgent {
  readonly agentId: string;
  readonly name: string;
  readonly departmentIds: readonly string[];
}

export interface DemoHistory {
  readonly intake: readonly ImportedStream[];
  readonly routing: readonly ImportedStream[];
}

export interface DemoOptions {
  readonly now: Date;
  readonly agents: readonly DemoAgent[];
  readonly days?: number;
  readonly ticketsPerDay?: number;
  /** A deterministic UUID of a name. */
  uuid(name: string): string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Events of one ticket, in both services; what lies in the future is left out. */
class Story {
  readonly intake: ImportedEvent[] = [];
  readonly routing: ImportedEvent[] = [];

  constructor(
    readonly ticketId: string,
    private readonly options: DemoOptions,
    public at: number,
  ) {}

  wait(milliseconds: number): this {
    this.at += Math.max(1000, Math.round(milliseconds));
    return this;
  }

  get isPast(): boolean {
    return this.at < this.options.now.getTime();
  }

  tell(side: TicketSource, type: string, data: Record<string, unknown>, actor: ImportedEvent['actor']): this {
    if (!this.isPast) return this;
    const events = this[side];
    const id = this.options.uuid(`${this.ticketId}/${side}/${events.length}`);
    events.push({ id, type, data: { ticketId: this.ticketId, at: new Date(this.at).toISOString(), ...data }, actor });
    return this;
  }
}

export function demoHistory(options: DemoOptions): DemoHistory {
  const { now, days = 60, ticketsPerDay = 9 } = options;
  const random = new Random(20_260_101);
  const stories: Story[] = [];
  for (let back = days; back >= 0; back--) {
    const midnight = Math.floor(now.getTime() / day) * day - back * day;
    const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
    const tickets = Math.round(ticketsPerDay * (isWeekend ? 0.3 : 1) * (0.7 + 0.6 * random.next()));
    for (let i = 0; i < tickets; i++) {
      const opened = midnight + (isWeekend ? 8 + 12 * random.next() : 6 + 5 * random.next() + 6 * random.next()) * hour;
      stories.push(tellStory(options, random, `${back}/${i}`, Math.round(opened), stories.length + 1));
    }
  }
  const told = stories.filter((story) => story.intake.length > 0);
  return {
    intake: told.map(({ ticketId, intake: events }) => ({ ticketId, events })),
    routing: told.map(({ ticketId, routing: events }) => ({ ticketId, events })),
  };
}

function tellStory(options: DemoOptions, random: Random, key: string, opened: number, sequence: number): Story {
  const story = new Story(options.uuid(`demo-ticket/${key}`), options, opened);
  const requester = random.pick(people);
  const matter = random.pick(matters);
  const requesterActor = { kind: 'requester', id: options.uuid(`demo-requester/${requester.email}`) } as const;
  const priority = random.weighted([
    ['low', 2],
    ['normal', 6],
    ['high', 2],
    ['urgent', 0.5],
  ] as const);
  story
    .tell(
      'intake',
      'TicketOpened',
      {
        number: `DEMO-${String(sequence).padStart(4, '0')}`,
        requesterId: requesterActor.id,
        requesterName: requester.name,
        requesterEmail: requester.email,
        subject: matter.subject,
        body: matter.body,
        channel: random.weighted([
          ['portal', 5],
          ['email', 4],
          ['phone', 1.5],
          ['chat', 1],
        ] as const),
        device: random.weighted([
          ['desktop', 6],
          ['mobile', 3.6],
          ['tablet', 0.4],
        ] as const),
        locale: requester.locale,
        priority,
      },
      requesterActor,
    )
    .tell('routing', 'TicketQueued', { departmentId: matter.department, priority }, { kind: 'system' });
  if (random.chance(0.02)) {
    return story
      .wait(random.duration(hour))
      .tell('intake', 'TicketMarkedSpam', {}, { kind: 'agent', id: options.agents[0]!.agentId });
  }
  work(story, options, random, matter, requesterActor);
  return story;
}

function work(
  story: Story,
  options: DemoOptions,
  random: Random,
  matter: DemoMatter,
  requester: ImportedEvent['actor'],
): void {
  let departmentId: string = matter.department;
  const agentOf = (department: string) =>
    random.pick(options.agents.filter((agent) => agent.departmentIds.includes(department)));
  let agent = agentOf(departmentId);
  const byAgent = (type: string, data: Record<string, unknown>) =>
    story.tell('routing', type, data, { kind: 'agent', id: agent.agentId });
  const reply = (body: string) =>
    byAgent('AgentReplied', {
      replyId: options.uuid(`${story.ticketId}/reply/${story.at}`),
      agentId: agent.agentId,
      body,
      automatic: false,
    });

  story.wait(random.duration(1.2 * hour));
  byAgent('TicketAssigned', { agentId: agent.agentId, departmentId });
  if (random.chance(0.2)) {
    const toDepartmentId = random.pick(departments.filter(({ departmentId: id }) => id !== departmentId)).departmentId;
    story.wait(random.duration(25 * minute));
    byAgent('TicketTransferred', {
      fromDepartmentId: departmentId,
      toDepartmentId,
      reason: 'wrong-department',
      note: 'Please take over: this is yours.',
    });
    departmentId = toDepartmentId;
    agent = agentOf(departmentId);
    story.wait(random.duration(1.5 * hour));
    byAgent('TicketAssigned', { agentId: agent.agentId, departmentId });
  }
  if (random.chance(0.04)) return;
  story.wait(random.duration(40 * minute));
  reply(matter.answer);
  if (random.chance(0.35)) {
    byAgent('TicketPaused', { reason: 'requester' });
    story.wait(random.duration(9 * hour));
    const replyId = options.uuid(`${story.ticketId}/requester-reply/${story.at}`);
    story.tell('intake', 'RequesterReplied', { replyId, body: 'Here is what you asked for.' }, requester);
    story.tell('routing', 'TicketResumed', {}, { kind: 'system' });
    story.wait(random.duration(3 * hour));
    reply('Thank you, that helps. It should work now.');
  }
  if (random.chance(0.05)) return;
  story.wait(random.duration(5 * hour, 1.3));
  byAgent('TicketResolved', { agentId: agent.agentId, departmentId });
  byAgent('WrapUpStarted', { agentId: agent.agentId });
  story.wait(random.duration(8 * minute, 0.5));
  byAgent('WrapUpCompleted', { agentId: agent.agentId });
  if (random.chance(0.06)) {
    story.wait(random.duration(20 * hour));
    story.tell('intake', 'TicketReopenedByRequester', { reason: 'It happens again.' }, requester);
    story.tell('routing', 'TicketReopened', { reason: 'It happens again.' }, { kind: 'system' });
    story.wait(random.duration(4 * hour));
    reply('Sorry about that. We replaced the part that failed.');
    story.wait(random.duration(2 * hour));
    byAgent('TicketResolved', { agentId: agent.agentId, departmentId });
  }
  story.wait(5 * day);
  story.tell('routing', 'TicketClosed', { automatic: true }, { kind: 'system' });
}
