import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { memberDecider, type MemberEvent } from './member.js';

/** Members as others see them, and as they see themselves. */
export class MembersProjection implements Projection {
  readonly name = 'members';
  readonly version = 1;
  readonly tables = ['member_card'];

  ddl(schema: string): readonly string[] {
    return [
      // Suspended without an end: until infinity.
      `create table ${schema}.member_card (
         tenant_id uuid not null, member_id uuid not null, handle text not null, locale text not null,
         level smallint not null, level_locked boolean not null, falls_at timestamptz, silenced_until timestamptz,
         suspended_until timestamptz, joined_at timestamptz not null, version int not null,
         primary key (tenant_id, member_id))`,
    ];
  }

  concerns({ streamId }: RecordedEvent): boolean {
    return streamId.startsWith(`${memberDecider.category}-`);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const event of events.filter((one) => this.concerns(one))) {
      const { type, data } = { type: event.type, data: event.data } as MemberEvent;
      const { tenantId, version } = event;
      if (type === 'MemberJoined') {
        const { memberId, handle, locale, at } = data;
        tx.send(`insert into ${tx.schema}.member_card values ($1, $2, $3, $4, 0, false, null, null, null, $5, $6)`, [
          tenantId,
          memberId,
          handle,
          locale,
          at,
          version,
        ]);
        continue;
      }
      if (type === 'MemberErased') {
        tx.send(`delete from ${tx.schema}.member_card where tenant_id = $1 and member_id = $2`, [
          tenantId,
          data.memberId,
        ]);
        continue;
      }
      const [set, ...values] = changeOf({ type, data } as Change);
      tx.send(`update ${tx.schema}.member_card set ${set}, version = $3 where tenant_id = $1 and member_id = $2`, [
        tenantId,
        data.memberId,
        version,
        ...values,
      ]);
    }
  }
}

type Change = Exclude<MemberEvent, { type: 'MemberJoined' | 'MemberErased' }>;

/** What is set, and the values from `$4` on. */
function changeOf({ type, data }: Change): readonly [string, ...unknown[]] {
  switch (type) {
    case 'HandleChanged':
      return ['handle = $4', data.handle];
    case 'TrustLevelChanged':
      return ['level = $4, falls_at = null', data.to];
    case 'TrustLevelAtRisk':
      return ['falls_at = $4', data.fallsAt];
    case 'TrustLevelKept':
      return ['falls_at = null'];
    case 'TrustLevelLocked':
      return ['level_locked = true, falls_at = null'];
    case 'TrustLevelUnlocked':
      return ['level_locked = false'];
    case 'MemberSilenced':
      return ['silenced_until = $4', data.until];
    case 'MemberSuspended':
      return ['suspended_until = $4', data.until ?? 'infinity'];
    case 'MemberReleased':
      return ['silenced_until = null, suspended_until = null'];
  }
}
