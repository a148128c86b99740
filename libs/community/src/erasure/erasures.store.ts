import { createHash } from 'node:crypto';
import { DomainError, PersonKeys, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

/** Rows about a member that no event made. */
const plainRows = ['read_mark', 'visit_day', 'last_visit', 'subscription', 'notice'] as const;

/** What is left of a person outside of the log when they are erased: nothing, but a hash of who was suspended. */
@Injectable()
export class Erasures {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: PersonKeys,
  ) {}

  /**
   * Removes the key of the member's texts, what led from the person to the member, and what no event made. Again:
   * nothing happens.
   */
  async erase(tenantId: string, memberId: string, suspendedUntil: string | null): Promise<void> {
    await this.keys.forget({ tenantId, personId: memberId });
    await this.database.transaction(tenantId, async (client) => {
      const { rows } = await client.query<{ subject: string }>(
        'delete from member_identity where tenant_id = $1 and member_id = $2 returning subject',
        [tenantId, memberId],
      );
      for (const { subject } of suspendedUntil === null ? [] : rows)
        await client.query(
          `insert into barred_person (tenant_id, subject_hash, until) values ($1, $2, $3)
           on conflict (tenant_id, subject_hash) do update set until = greatest(barred_person.until, excluded.until)`,
          [tenantId, hashOf(tenantId, subject), suspendedUntil],
        );
      for (const table of plainRows)
        await client.query(`delete from ${table} where tenant_id = $1 and member_id = $2`, [tenantId, memberId]);
    });
  }

  /** @throws DomainError 409 `suspended`: they were so when they had their membership erased */
  async mustNotBeBarred(tenantId: string, subject: string, at: string): Promise<void> {
    const rows = await this.database.query(tenantId, {
      name: 'barred person',
      text: 'select from barred_person where tenant_id = $1 and subject_hash = $2 and until > $3',
      values: [tenantId, hashOf(tenantId, subject), at],
    });
    if (rows.length > 0)
      throw new DomainError(
        'suspended',
        'Your membership was suspended before it was erased: you may not join again now.',
      );
  }
}

const hashOf = (tenantId: string, subject: string): Buffer =>
  createHash('sha256').update(`${tenantId}/${subject}`).digest();
