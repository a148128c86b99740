/** Several tenants at work at the same time, through HTTP alone. */
import { setTimeout as pause } from 'node:timers/promises';
import { Draw } from '../plan/draw.js';
import type { People } from './people.js';
import { TicketLife } from './ticket-life.js';
import { agents, departments } from './ticket-steps.js';

export interface LifeOptions {
  readonly people: People;
  readonly seed: number;
  readonly tenants: readonly string[];
  /** Tickets that are worked on at the same time: the limit of requests in flight. */
  readonly lanes: number;
}

const [leastPauseMs, mostPauseMs] = [5, 60];

/** Creates tenants and departments. */
export async function settle({ people, tenants }: Pick<LifeOptions, 'people' | 'tenants'>): Promise<void> {
  for (const tenant of tenants) {
    await must(
      people.see(
        { tenant, role: 'operator', kind: 'create a tenant' },
        {
          method: 'POST',
          path: '/identity/v1/tenants',
          body: { slug: tenant, name: tenant, timeZone: 'Europe/Paris' },
          headers: { 'idempotency-key': `tenant-${tenant}` },
        },
      ),
    );
  }
  await signInAll(people, tenants);
  for (const tenant of tenants) {
    for (const departmentId of departments) {
      await people.command({
        ...{ service: 'routing', tenant, role: 'admin', kind: 'create a department' },
        path: '/routing/v1/departments',
        body: { departmentId, name: departmentId },
        key: `department-${departmentId}`,
        streamId: () => '',
        leadsTo: ['DepartmentCreated'],
      });
    }
  }
}

/** Everybody's, so that nobody is kept waiting by the issuer's first absence. */
async function signInAll(people: People, tenants: readonly string[]): Promise<void> {
  for (const tenant of tenants) {
    for (const role of [...agents, 'requester', 'admin', 'analyst', 'operator']) await people.whoIs(tenant, role);
  }
}

async function must<T>(answer: Promise<T | undefined>): Promise<T> {
  const given = await answer;
  if (given === undefined) throw new Error('The simulation could not be prepared: see the findings.');
  return given;
}

export class SimulatedLife {
  private ending = false;
  private readonly lanes: Promise<void>[];

  constructor(private readonly options: LifeOptions) {
    this.lanes = Array.from({ length: options.lanes }, (_, lane) => this.run(lane));
  }

  /** Begins nothing new; answers when what was begun is known. */
  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.lanes);
  }

  private async run(lane: number): Promise<void> {
    const { people, seed, tenants } = this.options;
    for (let number = 1; !this.ending; number++) {
      const name = `${seed}-${lane}-${number}`;
      const draw = new Draw(`life/${name}`);
      let breaths = 0;
      const breathe = () => pause(draw.integer(`breath ${breaths++}`, leastPauseMs, mostPauseMs));
      const tenant = draw.pick('tenant', tenants);
      await TicketLife.live({ people, tenant, draw, breathe, ended: () => this.ending }, name);
    }
  }
}
