/** The Desk: rules of one tenant for the work of all its departments. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, type DomainEvent, uuid5 } from '@guichet/event-sourcing';

/**
 * What agents see and take: `open`, the tickets of every department; `members`, those of the departments they work for,
 * those they hold, and those without a department. Supervisors and admins see every ticket.
 */
export const departmentScopes = ['open', 'members'] as const;
export type DepartmentScope = (typeof departmentScopes)[number];

interface Scoping {
  readonly scope: DepartmentScope;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type DeskEvent = DomainEvent<'DepartmentScopeChanged', Scoping>;
export type DeskCommand = DomainCommand<'ChangeDepartmentScope', Scoping>;

export interface Desk {
  readonly scope: DepartmentScope;
}

const evolve = (_before: Desk, { data }: DeskEvent): Desk => ({ scope: data.scope });

/** No events means "already so": a repeated command is harmless. */
const decide = ({ data }: DeskCommand, { scope }: Desk): readonly DeskEvent[] =>
  scope === data.scope ? [] : [{ type: 'DepartmentScopeChanged', data }];

export const deskDecider: Decider<Desk, DeskCommand, DeskEvent> = {
  category: 'desk',
  initial: { scope: 'open' },
  evolve,
  decide,
};

/** What follows `desk-` in the stream's name: a tenant has one desk. */
export const deskStreamId = (tenantId: string): string => uuid5(tenantId, 'desk');
