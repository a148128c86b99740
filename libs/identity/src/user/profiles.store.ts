import { domainToASCII } from 'node:url';
import { DomainError, TenantDatabase } from '@guichet/event-sourcing';
import { emailForm } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';

export interface Profile {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly locale: string | null;
}

/**
 * What we know about people as people: name, e-mail address, language. Plain rows, on purpose not events: these data
 * must be correctable and erasable for good, and nothing is decided by their history. Which roles somebody has had and
 * who gave them is history, and therefore events (user.ts).
 */
@Injectable()
export class Profiles {
  constructor(private readonly database: TenantDatabase) {}

  /** Harmless when repeated. @throws DomainError `email-taken` if somebody else of the tenant has the address. */
  async add(tenantId: string, { userId, email, name, locale }: Profile): Promise<void> {
    const rows = await this.database.transaction(tenantId, async (client) => {
      const insert = `insert into user_profile (tenant_id, user_id, email, name, locale)
        select $1::uuid, $2::uuid, $3, $4, $5
         where not exists (select from user_profile where tenant_id = $1 and lower(email) = any($6))
        on conflict do nothing`;
      await client.query(insert, [tenantId, userId, email, name, locale, spellingsOf(email)]);
      const found = await client.query<{ user_id: string }>(
        'select user_id from user_profile where tenant_id = $1 and lower(email) = any($2) order by user_id <> $3::uuid limit 1',
        [tenantId, spellingsOf(email), userId],
      );
      return found.rows;
    });
    if (rows[0]?.user_id === userId) return;
    throw new DomainError('email-taken', 'Somebody of this tenant has this e-mail address already.');
  }

  async find(
    tenantId: string,
    who: { readonly userId: string } | { readonly email: string },
  ): Promise<Profile | undefined> {
    const [condition, value] =
      'userId' in who ? ['user_id = $2', who.userId] : ['lower(email) = any($2)', spellingsOf(who.email)];
    const [profile] = await this.database.query<{ userId: string; email: string; name: string; locale: string | null }>(
      tenantId,
      `select user_id as "userId", email, name, locale from user_profile where tenant_id = $1 and ${condition}`,
      [tenantId, value],
    );
    return profile;
  }
}

/**
 * An address as it is kept, and as it may have been kept before there was one spelling of its domain; in lower case.
 */
function spellingsOf(email: string): string[] {
  const form = emailForm(email) ?? email;
  const [local = '', domain = ''] = form.split('@');
  return [...new Set([form, `${local}@${domainToASCII(domain)}`, email].map((spelling) => spelling.toLowerCase()))];
}
