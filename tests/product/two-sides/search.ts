/** Goes through every order of steps up to a length, each situation once. */
import {
  type Deciders,
  hearAgain,
  isOpenToAnalytics,
  openedWorld,
  quiet,
  statusAtIntake,
  statusAtRouting,
  steps,
  type World,
} from './world.js';

export interface Found {
  readonly situations: number;
  /** Steps that lead to a broken promise, and which; undefined if there is none. */
  readonly broken?: { readonly promise: string; readonly steps: readonly string[] };
}

interface Path {
  readonly world: World;
  readonly steps: readonly string[];
}

export function search(deciders: Deciders, length: number): Found {
  const seen = new Set<string>();
  const start = { world: openedWorld(deciders), steps: [] };
  for (let front: Path[] = [start], done = 0; ; done++) {
    const next: Path[] = [];
    for (const { world, steps: before } of front) {
      const promise = brokenPromise(world, deciders);
      if (promise !== undefined) return { situations: seen.size, broken: { promise, steps: before } };
      if (done === length) continue;
      for (const [name, step] of steps) {
        const after = step(world, deciders);
        if (after === world) continue;
        const path = { world: after, steps: [...before, name] };
        const unseen = brokenAtOnce(world, after, deciders);
        if (unseen !== undefined) return { situations: seen.size, broken: { promise: unseen, steps: path.steps } };
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(path);
      }
    }
    if (done === length) return { situations: seen.size };
    front = next;
  }
}

/**
 * All that what may happen depends on. Times are left out: nothing that both services tell of each other depends on
 * them. Of what routing has heard, the kinds matter, since each may be delivered again.
 */
function keyOf({ ticket, handling, facts, heard, told, received, view, knownAtEnd }: World): string {
  const { saidAt: _, ...side } = ticket;
  const { changedAt: __, ...work } = handling;
  const { handling_status, handling_heard, handling_version } = view;
  const types = facts.map(({ type }) => type);
  const again = [...new Set(types.slice(0, heard))].sort();
  const coming = told
    .slice(received)
    .flatMap(({ type, data }) => [type, (data as { ticketVersion?: number }).ticketVersion]);
  const seen = [heard, handling_status, handling_heard, handling_version, knownAtEnd];
  return JSON.stringify([Object.values(side), Object.values(work), again, types.slice(heard), coming, seen]);
}

/** What must hold of every situation, once all that is under way has arrived. */
function brokenPromise(world: World, deciders: Deciders): string | undefined {
  for (let index = 0; index < world.heard; index++) {
    if (hearAgain(world, index, deciders).handlingVersion !== world.handlingVersion)
      return `${world.facts[index]?.type} was heard twice and changed the work twice`;
  }
  const end = quiet(world, deciders);
  const [atIntake, atRouting] = [statusAtIntake(end, deciders), statusAtRouting(end)];
  if (atIntake !== atRouting) return `intake says ${atIntake}, routing says ${atRouting}`;
  const isOpen = atRouting === 'open' || atRouting === 'awaiting-requester';
  const counted = atRouting === 'spam' || atRouting === 'merged' ? undefined : isOpen;
  if (isOpenToAnalytics(end) !== counted) return `the work is ${atRouting}, and analytics counts it otherwise`;
  if (end.knownAtEnd !== null && end.ticket.repliedVersion > end.knownAtEnd)
    return `a reply lies in a ticket that was ${atRouting} without knowing of it`;
  return undefined;
}

/** What requesters did they see at once, however far behind routing is. */
function brokenAtOnce(before: World, after: World, deciders: Deciders): string | undefined {
  const fact = after.facts.length > before.facts.length ? after.facts.at(-1)?.type : undefined;
  const status = statusAtIntake(after, deciders);
  const isOver = status === 'resolved' || status === 'closed';
  if (fact === 'TicketClosedByRequester' && status !== 'closed') return `closed by the requester, and ${status}`;
  if (fact === 'TicketReopenedByRequester' && isOver) return `reopened by the requester, and ${status}`;
  if (fact === 'RequesterReplied' && isOver) return `the requester has written, and it is ${status}`;
  return undefined;
}
