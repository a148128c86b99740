/** Test support: KPIs worked out from tickets' facts one by one, sharing nothing with cells and SQL. */
import { type Moment, secondsBetween, type TicketFact } from '../src/ticket-facts/ticket-fact.js';
import { percentile } from '../src/kpis/measure/percentile.js';
import type { Question } from '../src/kpis/definitions/question.js';

/** A fact that counts: when, in whose hands, and how much. */
interface Item {
  readonly at: number;
  readonly moment: Moment;
  readonly value: number;
}

type Items = (fact: TicketFact) => readonly Item[];

const inHand = ({ departmentId, priority, agentId }: TicketFact, at: number): Moment => ({
  at,
  departmentId,
  priority,
  agentId,
});
const atOpening = (fact: TicketFact): Moment => ({
  at: fact.openedAt ?? NaN,
  departmentId: fact.openingDepartmentId,
  priority: fact.openingPriority,
  agentId: fact.agentId,
});

const since = (fact: TicketFact, moment: Moment | null): readonly Item[] =>
  moment ? [{ at: moment.at, moment, value: secondsBetween(fact.openedAt ?? NaN, moment.at) }] : [];
const spent = (moment: Moment | null, value: number | null): readonly Item[] =>
  moment && value !== null ? [{ at: moment.at, moment, value }] : [];

const durations: Readonly<Record<string, Items>> = {
  'first-assignment-time': (fact) => since(fact, fact.firstAssignment),
  'first-response-time': (fact) => since(fact, fact.firstResponse),
  'first-resolution-time': (fact) => since(fact, fact.firstResolution),
  'full-resolution-time': (fact) => since(fact, fact.lastResolution),
  'close-time': (fact) =>
    fact.lastClosedAt === null ? [] : since(fact, { ...(fact.lastEnd ?? inHand(fact, 0)), at: fact.lastClosedAt }),
  'handle-time': (fact) => spent(fact.lastEnd, fact.handleSeconds),
  'wrap-up-time': (fact) => spent(fact.lastWrapUp, fact.wrapUpSeconds),
  'requester-wait-time': (fact) => spent(fact.lastEnd, fact.requesterWaitSeconds),
};

const perTicket: Readonly<Record<string, (fact: TicketFact) => number>> = {
  'transfers-per-ticket': (fact) => fact.transfersToFirstResolution,
  'agent-changes-per-ticket': (fact) => fact.agentChangesToFirstResolution,
  'messages-per-ticket': (fact) => fact.requesterMessageCount + fact.agentMessageCount,
};

const rates: Readonly<
  Record<
    string,
    {
      readonly numerator: (fact: TicketFact, within: number) => boolean;
      readonly denominator: (fact: TicketFact) => boolean;
    }
  >
> = {
  'response-rate': {
    numerator: (fact, within) => since(fact, fact.firstResponse).some(({ value }) => value <= within),
    denominator: () => true,
  },
  'resolution-rate': {
    numerator: (fact, within) => since(fact, fact.firstResolution).some(({ value }) => value <= within),
    denominator: () => true,
  },
  'ping-pong-rate': { numerator: ({ pingPongReturns }) => pingPongReturns > 0, denominator: () => true },
  'reopen-rate': {
    numerator: ({ reopenings }) => reopenings.length > 0,
    denominator: ({ firstResolution }) => firstResolution !== null,
  },
  'one-touch-rate': {
    numerator: ({ oneTouch }) => oneTouch,
    denominator: ({ firstResolution }) => firstResolution !== null,
  },
};

const eventsOf = (moments: readonly (Moment & { readonly n?: number })[]): readonly Item[] =>
  moments.map((moment) => ({ at: moment.at, moment, value: moment.n ?? 1 }));
const flows: Readonly<Record<string, Items>> = {
  'tickets-resolved': ({ resolutions }) => eventsOf(resolutions),
  'resolution-rate': ({ resolutions }) => eventsOf(resolutions),
  'reopen-rate': ({ reopenings }) => eventsOf(reopenings),
  'response-rate': ({ firstResponse }) => eventsOf(firstResponse ? [firstResponse] : []),
  'transfers-per-ticket': ({ transfers, firstResolution }) =>
    eventsOf(transfers.filter(({ at }) => at <= (firstResolution?.at ?? Infinity))),
  'messages-per-ticket': ({ requesterMessages, agentMessages }) => eventsOf([...requesterMessages, ...agentMessages]),
  activities: ({ activities }) => eventsOf(activities),
};

/** Numbers of an answer that have one right value. */
export interface Expected {
  readonly value: number | null;
  readonly n?: number;
  readonly of?: number;
  readonly open?: number;
  readonly sum?: number;
  readonly numerator?: number;
  readonly denominator?: number;
  readonly within?: readonly number[];
}

export class BruteForce {
  private readonly opened: readonly TicketFact[];
  private readonly counted: readonly TicketFact[];

  constructor(
    facts: readonly TicketFact[],
    private readonly question: Question,
    private readonly span: { readonly fromMs: number; readonly toMs: number },
  ) {
    const { bots } = question;
    const isAsked = ({ openedBy }: TicketFact) => bots === 'with' || (openedBy === 'bot') === (bots === 'only');
    this.opened = facts.filter((fact) => fact.openedAt !== null && isAsked(fact));
    this.counted = this.opened.filter(({ counted }) => counted);
  }

  answer(): Expected {
    const { kpi, cohort } = this.question;
    const items = durations[kpi.id];
    if (items) return cohort === 'flow' ? this.durationFlow(items) : this.duration(items);
    if (cohort === 'flow' && kpi.id !== 'tickets-opened' && kpi.id !== 'net-tickets') return this.flow(kpi.id);
    const rate = rates[kpi.id];
    if (rate) {
      const [a, b] = [
        (fact: TicketFact) => rate.numerator(fact, this.question.within?.seconds ?? Infinity),
        rate.denominator,
      ];
      return this.ratio(this.openings(this.counted).filter(a).length, this.openings(this.counted).filter(b).length);
    }
    const count = perTicket[kpi.id];
    if (count) return this.mean(count);
    const population = { 'tickets-opened': this.opened, 'net-tickets': this.opened.filter(({ net }) => net) }[kpi.id];
    if (population) return { value: this.openings(population).length };
    throw new Error(`${kpi.id} cannot be worked out here.`);
  }

  /** Tickets open at an instant. */
  backlog(at: number): number {
    const { filters } = this.question;
    return this.counted.flatMap((fact) =>
      fact.backlog.filter(
        ({ from, to, departmentId, priority, agentId, tags }) =>
          from <= at &&
          at < (to ?? Infinity) &&
          (filters.agent?.includes(agentId ?? '') ?? true) &&
          (filters.tag?.some((tag) => (tags.length === 0 ? [''] : tags).includes(tag)) ?? true) &&
          (filters.department?.includes(departmentId ?? '') ?? true) &&
          (filters.priority?.includes(priority ?? '') ?? true) &&
          (filters.channel?.includes(fact.channel ?? '') ?? true),
      ),
    ).length;
  }

  private duration(items: Items): Expected {
    const values: number[] = [];
    const missing: TicketFact[] = [];
    for (const fact of this.counted.filter(({ openedAt }) => this.isInPeriod(openedAt))) {
      const [item] = items(fact);
      if (item && this.matches(fact, item.moment)) values.push(item.value);
      if (!item && this.matches(fact, inHand(fact, 0))) missing.push(fact);
    }
    return { ...this.spread(values), of: values.length + missing.length };
  }

  private durationFlow(items: Items): Expected {
    const values = this.happened(items).map(({ value }) => value);
    return { ...this.spread(values), of: values.length, open: 0 };
  }

  private spread(values: number[]): Expected {
    values.sort((a, b) => a - b);
    return {
      value: percentile(values, 0.5) ?? null,
      n: values.length,
      sum: values.reduce((a, b) => a + b, 0),
      within: this.question.bands.map(({ seconds }) => values.filter((value) => value <= seconds).length),
    };
  }

  private flow(id: string): Expected {
    const items = flows[id];
    const opened = this.openings(this.counted).length;
    const resolved = this.happened(flows['tickets-resolved'] ?? (() => [])).length;
    if (id === 'net-flow') return { value: opened - resolved };
    if (!items) throw new Error(`${id} cannot be worked out here.`);
    const n = this.happened(items).reduce((sum, { value }) => sum + value, 0);
    if (id === 'tickets-resolved' || id === 'activities') return { value: n };
    const { within } = this.question;
    const timely = within ? this.happened((fact) => this.within(id, fact, within.seconds)).length : n;
    return this.ratio(timely, id === 'reopen-rate' ? resolved : opened);
  }

  private within(id: string, fact: TicketFact, seconds: number): readonly Item[] {
    return since(fact, id === 'response-rate' ? fact.firstResponse : fact.firstResolution).filter(
      ({ value }) => value <= seconds,
    );
  }

  private mean(count: (fact: TicketFact) => number): Expected {
    const values = this.openings(this.counted).map(count);
    const sum = values.reduce((a, b) => a + b, 0);
    return { value: values.length === 0 ? null : sum / values.length, n: values.length, of: values.length, sum };
  }

  private ratio(numerator: number, denominator: number): Expected {
    return { value: denominator === 0 ? null : numerator / denominator, numerator, denominator };
  }

  private openings(facts: readonly TicketFact[]): readonly TicketFact[] {
    return facts.filter((fact) => this.isInPeriod(fact.openedAt) && this.matches(fact, atOpening(fact)));
  }

  private happened(items: Items): readonly Item[] {
    return this.counted.flatMap((fact) =>
      items(fact).filter(({ at, moment }) => this.isInPeriod(at) && this.matches(fact, moment)),
    );
  }

  private isInPeriod(at: number | null): boolean {
    return at !== null && at >= this.span.fromMs && at < this.span.toMs;
  }

  private matches(fact: TicketFact, moment: Moment): boolean {
    const { filters, ownership } = this.question;
    const owners = {
      fact: moment,
      opening: atOpening(fact),
      resolution: fact.firstResolution,
      now: inHand(fact, 0),
    };
    const values = {
      department: [owners[ownership.department]?.departmentId ?? ''],
      priority: [owners[ownership.priority]?.priority ?? ''],
      agent: [moment.agentId ?? ''],
      requester: [fact.requesterId ?? ''],
      channel: [fact.channel ?? ''],
      device: [fact.device ?? ''],
      locale: [fact.locale ?? ''],
      tag: fact.tags.length === 0 ? [''] : fact.tags,
    };
    return Object.entries(values).every(
      ([dimension, own]) => filters[dimension as keyof typeof values]?.some((value) => own.includes(value)) ?? true,
    );
  }
}
