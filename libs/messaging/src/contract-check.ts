import type { Contracts, PublicEvent } from '@guichet/contracts';

/** Why an event breaks its contract. A type nobody here knows is accepted: it may be newer than this reader. */
export function breachOf(event: PublicEvent, contracts: Contracts): string | undefined {
  const [violation, ...others] = contracts.violationsOf(contracts.upcast(event));
  if (!violation) return undefined;
  if (violation.path === '/type' && others.length === 0 && !contracts.of(event.type)) return undefined;
  return `${event.type} ${violation.path} ${violation.message}`;
}
