import { type RoutingEventData } from '@guichet/contracts';
import { TenantDatabase, uuid5 } from '@guichet/event-sourcing';
import { Problem, type RequestContext } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Placement, type PlacementEvent, placementOf } from './placement.js';

/** How long a change of the rule or of a membership may take to have effect. */
const rememberedMs = 2_000;

interface Membership {
  readonly agentId: string;
  readonly departmentIds: readonly string[];
}
interface ToldRow {
  readonly stream_id: string;
  readonly type: string;
  readonly data: unknown;
}
/** What has to be in the received log of a service that asks. */
export type SightEvent = PlacementEvent | 'DepartmentScopeChanged' | 'AgentRegistered' | 'AgentDepartmentsChanged';

type Asking = Pick<RequestContext, 'tenantId' | 'subject' | 'is'>;

/**
 * Which tickets an agent may see where their tenant has closed its departments to those who work for them. It is read
 * from what routing told, by stream, so that tenants with open departments pay nothing for it.
 */
@Injectable()
export class StaffSight {
  private readonly memberships = new LRUCache<string, Membership | 'everything'>({ max: 20_000, ttl: rememberedMs });

  constructor(private readonly database: TenantDatabase) {}

  /** Those of the tickets that the caller may see. */
  async among(ctx: Asking, ticketIds: readonly string[]): Promise<ReadonlySet<string>> {
    const membership = await this.membershipOf(ctx);
    if (membership === 'everything' || ticketIds.length === 0) return new Set(ticketIds);
    const told = await this.told(
      ctx.tenantId,
      ticketIds.map((id) => `handling-${id}`),
    );
    const byStream = Map.groupBy(told, ({ stream_id }) => stream_id);
    const visible = ticketIds.filter((id) => isVisible(membership, placementOf(byStream.get(`handling-${id}`) ?? [])));
    return new Set(visible);
  }

  /** @throws Problem 403 `not-your-department` */
  async mustSee(ctx: Asking, ticketIds: readonly string[]): Promise<void> {
    const visible = await this.among(ctx, ticketIds);
    if (ticketIds.every((id) => visible.has(id))) return;
    const detail = 'The ticket is in a department that you do not work for.';
    throw new Problem(403, 'not-your-department', { detail });
  }

  private async membershipOf(ctx: Asking): Promise<Membership | 'everything'> {
    // Requesters see what is theirs; the rule is for those who are agents and nothing more.
    if (!ctx.is('agent') || ctx.is('supervisor', 'admin', 'service')) return 'everything';
    const { tenantId, subject: agentId } = ctx;
    const key = `${tenantId}/${agentId}`;
    const known = this.memberships.get(key);
    if (known !== undefined) return known;
    const membership = await this.readMembership(tenantId, agentId);
    this.memberships.set(key, membership);
    return membership;
  }

  private async readMembership(tenantId: string, agentId: string): Promise<Membership | 'everything'> {
    // The streams are named by routing: see libs/routing/src/desk and libs/routing/src/agent.
    const streams = [`desk-${uuid5(tenantId, 'desk')}`, `agent-${uuid5(tenantId, `agent/${agentId}`)}`];
    const told = await this.told(tenantId, streams);
    const scope = told.findLast(({ type }) => type === 'DepartmentScopeChanged')?.data;
    if ((scope as RoutingEventData['DepartmentScopeChanged'] | undefined)?.scope !== 'members') return 'everything';
    const named = told.findLast(({ type }) => type === 'AgentRegistered' || type === 'AgentDepartmentsChanged')?.data;
    const { departmentIds = [] } = (named ?? {}) as Partial<RoutingEventData['AgentDepartmentsChanged']>;
    return { agentId, departmentIds };
  }

  private told(tenantId: string, streams: readonly string[]): Promise<ToldRow[]> {
    return this.database.query<ToldRow>(
      tenantId,
      `select stream_id, type, data from received_log
       where tenant_id = $1 and stream_id = any($2::text[]) order by stream_id, version`,
      [tenantId, streams],
    );
  }
}

/** A ticket without a department is everybody's: otherwise nobody would see it. */
const isVisible = ({ agentId, departmentIds }: Membership, place: Placement): boolean =>
  place.departmentId === null || place.agentId === agentId || departmentIds.includes(place.departmentId);
