import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { TrustLevel } from './trust.js';

export interface MemberRow {
  readonly member_id: string;
  readonly handle: string;
  readonly locale: string;
  readonly level: TrustLevel;
  readonly level_locked: boolean;
  /** null: the level is not about to fall. */
  readonly falls_at: Date | null;
  readonly silenced_until: Date | null;
  /** `Infinity`: without an end. */
  readonly suspended_until: Date | number | null;
  readonly joined_at: Date;
  readonly version: number;
  /** Topics they began, and posts in others, that readers see. */
  readonly topics: number;
  readonly posts: number;
  /** Questions that a post of theirs answers. */
  readonly solved: number;
}

@Injectable()
export class MemberCards {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, memberId: string): Promise<MemberRow | undefined> {
    const [row] = await this.database.query<MemberRow & Record<string, unknown>>(tenantId, {
      name: 'member card',
      text: `select member_id, handle, locale, level, level_locked, falls_at, joined_at, version,
               case when silenced_until > now() then silenced_until end as silenced_until,
               case when suspended_until > now() then suspended_until end as suspended_until,
               written.topics, written.posts, written.solved
             from read_model.member_card as card,
               lateral (select count(*) filter (where post_id = topic_id)::int as topics,
                          count(*) filter (where post_id <> topic_id)::int as posts,
                          count(*) filter (where accepted)::int as solved
                        from read_model.post
                        where tenant_id = $1 and member_id = $2 and state = 'visible') as written
             where card.tenant_id = $1 and card.member_id = $2`,
      values: [tenantId, memberId],
    });
    return row;
  }
}
