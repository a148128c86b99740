import type { RecordedEvent } from '@guichet/event-sourcing';
import type { Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { MemberEvent } from '../member/member.js';
import { Erasures } from './erasures.store.js';

/** Once it is a fact that a member is erased, what leads to the person goes. */
@Injectable()
export class ErasurePolicy implements Policy {
  constructor(private readonly erasures: Erasures) {}

  async handle(event: RecordedEvent): Promise<void> {
    const { type, data } = { type: event.type, data: event.data } as MemberEvent;
    if (type === 'MemberErased') await this.erasures.erase(event.tenantId, data.memberId, data.suspendedUntil);
  }
}
