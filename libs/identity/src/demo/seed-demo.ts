import { EventStore, type CommandOptions } from '@guichet/event-sourcing';
import { tenantDecider } from '../tenant/tenant.js';
import { Profiles } from '../user/profiles.store.js';
import { userDecider } from '../user/user.js';
import { demoPeople, demoTenant } from './demo-people.js';

/** The tenant `demo` and its people. At every start: what is there already stays as it is. */
export async function seedDemo(events: EventStore, profiles: Profiles, at: string): Promise<void> {
  const { tenantId, slug, name, timeZone } = demoTenant;
  const context: CommandOptions['context'] = { tenantId, actor: { kind: 'system' }, correlationId: 'demo-seed' };
  await events.transact(
    tenantDecider,
    tenantId,
    { type: 'CreateTenant', data: { slug, name, timeZone, at } },
    { context },
  );
  for (const { roles, ...profile } of demoPeople) {
    await profiles.add(tenantId, profile);
    await events.transact(userDecider, profile.userId, { type: 'InviteUser', data: { roles, at } }, { context });
  }
}
