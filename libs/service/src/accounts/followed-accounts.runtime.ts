import { type TenantDatabase, uuid5, type Wake } from '@guichet/event-sourcing';
import type { Principal, Standing, Standings, StandingSource } from '@guichet/http-host';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import { type AccountEvent, type KnownOf, knownFrom, standingOf } from './account.js';

export interface FollowedAccountsOptions {
  readonly service: string;
  /** Sees the whole log. */
  readonly pool: pg.Pool;
  readonly database: TenantDatabase;
  /** identity reads its own log, everybody else what was received of it. */
  readonly table: 'event_log' | 'received_log';
  /** Notified when the table has grown. */
  readonly wake: Wake;
  /** How often to look for what another process has written there, ms. Default 1,000. */
  readonly pollMs?: number | undefined;
  /** How long what was read counts unless it changes, ms; 0 reads for every request. Default 60,000. */
  readonly rememberedMs?: number;
}

interface Remembered {
  readonly readMs: number;
  readonly known: Promise<KnownOf>;
}

/** More accounts than are asked about within a minute. */
const maxRemembered = 10_000;
/** A burst of batches is looked at together. */
const pauseMs = 100;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The stream of a person whom another issuer knows by this subject. */
export const userStreamOf = (tenantId: string, subject: string): string => `user-${userIdOf(tenantId, subject)}`;
export const userIdOf = (tenantId: string, subject: string): string =>
  uuid.test(subject) ? subject : uuid5(tenantId, `subject/${subject}`);

/** The standing of accounts, as the log of identity or what was received of it tells it. */
export class FollowedAccounts implements StandingSource, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(FollowedAccounts.name);
  /** By tenant, then by stream. */
  private readonly remembered = new Map<string, Map<string, Remembered>>();
  private count = 0;
  private position: number | undefined;
  private stopped = false;
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: FollowedAccountsOptions,
    private readonly standings: Standings,
  ) {
    standings.register(options.service, this);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    this.following = this.follow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.options.wake.notify();
    await this.following;
  }

  of(principal: Principal): Standing | Promise<Standing> {
    const { tenantId, subject, account, roles } = principal;
    // An operator is no tenant's, and is known by the issuer's settings.
    if (tenantId === undefined) return { isEnded: false, roles };
    const stream = account?.streamId ?? userStreamOf(tenantId, subject);
    return this.known(tenantId, stream).then((known) => standingOf(principal, stream, known));
  }

  private known(tenantId: string, stream: string): Promise<KnownOf> {
    const { rememberedMs = 60_000 } = this.options;
    const nowMs = performance.now();
    const ofTenant = this.remembered.get(tenantId) ?? new Map<string, Remembered>();
    const found = ofTenant.get(stream);
    if (found && nowMs - found.readMs < rememberedMs) return found.known;
    const known = this.read(tenantId, stream);
    if (rememberedMs === 0) return known;
    if (this.count >= maxRemembered) {
      this.remembered.clear();
      this.count = 0;
    }
    if (!found) this.count += 1;
    this.remembered.set(tenantId, ofTenant.set(stream, { readMs: nowMs, known }));
    known.catch(() => ofTenant.delete(stream));
    return known;
  }

  private async read(tenantId: string, stream: string): Promise<KnownOf> {
    const { table, database } = this.options;
    const rows = await database.query<AccountEvent & Record<string, unknown>>(tenantId, {
      name: 'account',
      text: `select stream_id as "streamId", version, type, data from ${table}
              where tenant_id = $1 and stream_id = any($2) ${this.ofIdentity} order by stream_id, version`,
      values: [tenantId, [stream, `tenant-${tenantId}`]],
    });
    return knownFrom(rows);
  }

  private get ofIdentity(): string {
    return this.options.table === 'received_log' ? `and source = 'identity'` : '';
  }

  /** Forgets what has changed, and has the live streams of the tenants looked at again. */
  private async follow(): Promise<void> {
    const { wake, pollMs = 1_000 } = this.options;
    let hasFailed = false;
    while (!this.stopped) {
      const { seen } = wake;
      try {
        await this.look();
        hasFailed = false;
      } catch (error) {
        // It is tried again for as long as the process runs; what was read before counts for a minute at most.
        if (!this.stopped && !hasFailed)
          this.log.error('Changes of accounts cannot be read; it is tried again.', error);
        hasFailed = true;
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (!this.stopped) await wake.wait(pollMs, seen);
    }
  }

  private async look(): Promise<void> {
    const { pool, table, service } = this.options;
    const { rows } = await pool.query<{ head: string; tenants: string[] | null }>({
      name: 'accounts changed',
      text: `with head as (select coalesce(max(position), 0) as position from ${table})
             select position as head, (select array_agg(distinct tenant_id) from ${table} changed
               where changed.position > $1 and changed.position <= head.position ${this.ofIdentity}) as tenants from head`,
      values: [this.position ?? Number.MAX_SAFE_INTEGER],
    });
    const [row] = rows;
    this.position = Number(row?.head ?? 0);
    for (const tenantId of row?.tenants ?? []) {
      this.count -= this.remembered.get(tenantId)?.size ?? 0;
      this.remembered.delete(tenantId);
      this.standings.changed({ service, tenantId });
    }
  }
}
