import { contractOf, type PublicEvent, upcast, validatePublicEvent } from '@guichet/contracts';

/** Why an event breaks its contract. A type nobody here knows is accepted: it may be newer than this reader. */
export function breachOf(event: PublicEvent): string | undefined {
  const [violation, ...others] = validatePublicEvent(upcast(event));
  if (!violation) return undefined;
  if (violation.path === '/type' && others.length === 0 && !contractOf(event.type)) return undefined;
  return `${event.type} ${violation.path} ${violation.message}`;
}
