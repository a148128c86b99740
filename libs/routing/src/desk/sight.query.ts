import { EventStore } from '@guichet/event-sourcing';
import { Problem, type RequestContext } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { agentDecider, agentStreamId } from '../agent/agent.js';
import { handlingDecider } from '../handling/decide.js';
import { type DepartmentScope, deskDecider, deskStreamId } from './desk.js';

/** How long a change of the rule or of a membership may take to have effect. */
const rememberedMs = 2_000;

/** Which tickets a caller may see and work on: all of them, or those of some departments and those they hold. */
export type Sight = 'all' | { readonly departmentIds: readonly string[]; readonly agentId: string };

/** Whose ticket it is, as far as sight is concerned. */
export interface Placed {
  readonly departmentId: string | null;
  readonly agentId: string | null;
}

/** A ticket without a department is everybody's: otherwise nobody would see it. */
export const isInSight = (sight: Sight, { departmentId, agentId }: Placed): boolean =>
  sight === 'all' || departmentId === null || sight.agentId === agentId || sight.departmentIds.includes(departmentId);

type Asking = Pick<RequestContext, 'tenantId' | 'subject' | 'is'>;

/** What each caller may see by the tenant's rule and their memberships. */
@Injectable()
export class Sights {
  private readonly scopes = new LRUCache<string, DepartmentScope>({ max: 4096, ttl: rememberedMs });
  private readonly memberships = new LRUCache<string, readonly string[]>({ max: 20_000, ttl: rememberedMs });

  constructor(private readonly events: EventStore) {}

  async of(ctx: Asking): Promise<Sight> {
    if (ctx.is('supervisor', 'admin')) return 'all';
    const { tenantId, subject: agentId } = ctx;
    if ((await this.scopeOf(tenantId)) === 'open') return 'all';
    return { departmentIds: await this.departmentsOf(tenantId, agentId), agentId };
  }

  /** As the log has the ticket. @throws Problem 403 `not-your-department` */
  async mustReach(ctx: Asking, ticketId: string): Promise<void> {
    const sight = await this.of(ctx);
    if (sight === 'all') return;
    const { state } = await this.events.load(handlingDecider, ctx.tenantId, ticketId);
    this.check(sight, state);
  }

  /** @throws Problem 403 `not-your-department` */
  async mustSee(ctx: Asking, place: Placed): Promise<void> {
    this.check(await this.of(ctx), place);
  }

  /** The rule was changed here: it holds at once. */
  forget(tenantId: string): void {
    this.scopes.delete(tenantId);
  }

  private check(sight: Sight, place: Placed): void {
    if (isInSight(sight, place)) return;
    throw new Problem(403, 'not-your-department', {
      detail: 'The ticket is in a department that you do not work for.',
      extensions: { details: { departmentId: place.departmentId } },
    });
  }

  private async scopeOf(tenantId: string): Promise<DepartmentScope> {
    const known = this.scopes.get(tenantId);
    if (known !== undefined) return known;
    const { state } = await this.events.load(deskDecider, tenantId, deskStreamId(tenantId));
    this.scopes.set(tenantId, state.scope);
    return state.scope;
  }

  private async departmentsOf(tenantId: string, agentId: string): Promise<readonly string[]> {
    const key = `${tenantId}/${agentId}`;
    const known = this.memberships.get(key);
    if (known !== undefined) return known;
    const { state } = await this.events.load(agentDecider, tenantId, agentStreamId(tenantId, agentId));
    this.memberships.set(key, state.departmentIds);
    return state.departmentIds;
  }
}
