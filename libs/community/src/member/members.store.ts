import { randomUUID } from 'node:crypto';
import { EventStore, TenantDatabase } from '@guichet/event-sourcing';
import { conflict } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { memberDecider } from './member.js';

/**
 * Which person is which member. Plain rows: they are in no log, and no event or answer of the forums names a person
 * otherwise than by their memberId, which is drawn at random.
 */
@Injectable()
export class Members {
  constructor(
    private readonly database: TenantDatabase,
    private readonly events: EventStore,
  ) {}

  /** The member that a person is, by the `sub` of their token; undefined: they have not joined. */
  async idOf(tenantId: string, subject: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ member_id: string }>(tenantId, {
      name: 'member of a person',
      text: 'select member_id from member_identity where tenant_id = $1 and subject = $2',
      values: [tenantId, subject],
    });
    if (row === undefined) return undefined;
    // Who chose a handle that another member has, or was interrupted, has an id and has not joined.
    return (await this.events.exists(tenantId, `${memberDecider.category}-${row.member_id}`))
      ? row.member_id
      : undefined;
  }

  /** @throws Problem 409 `not-a-member` */
  async mustBeMember(tenantId: string, subject: string): Promise<string> {
    const memberId = await this.idOf(tenantId, subject);
    if (memberId === undefined) throw notAMember();
    return memberId;
  }

  /** The id that the person has, or is given now: the same for all who ask at once. */
  async idFor(tenantId: string, subject: string): Promise<string> {
    return this.database.transaction(tenantId, async (client) => {
      await client.query(
        `insert into member_identity (tenant_id, subject, member_id) values ($1, $2, $3) on conflict do nothing`,
        [tenantId, subject, randomUUID()],
      );
      const { rows } = await client.query<{ member_id: string }>(
        'select member_id from member_identity where tenant_id = $1 and subject = $2',
        [tenantId, subject],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('The identity of a member was not kept.');
      return row.member_id;
    });
  }
}

const notAMember = () =>
  conflict('not-a-member', 'You have not joined the forums yet. Choose a handle first: POST /community/v1/me/handle.');
