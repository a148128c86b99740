import type { EveryService } from '@guichet/contracts';
import type { BenchLine } from '../line.js';
import { figure } from '../rounds.js';
import { WholeDesk } from '../scale/whole-desk.js';

const largest = {
  intake: 'ticket-view',
  routing: 'ticket',
  analytics: 'ticket-facts',
} satisfies Partial<EveryService<string>>;
const projections = Object.entries(largest) as [keyof typeof largest, string][];

/** How fast each service's largest read model is made anew: what its recovery takes, in events. */
export const scaleRebuild: BenchLine = {
  id: 'scale-rebuild',
  title: 'Rebuild of the largest read model of each service',
  seconds: 60,
  async run(context) {
    const tickets = context.isQuick ? 1_000 : 10_000;
    const rounds = context.isQuick ? 1 : 3;
    const desk = await WholeDesk.start(context);
    const events = await desk.live(tickets);
    const samples = projections.map(() => [] as number[]);
    for (let round = 0; round < rounds; round++) {
      for (const [i, [service, projection]] of projections.entries()) {
        samples[i]?.push(events / (await desk.rebuildSeconds(service, projection)));
      }
    }
    return {
      figures: projections.map(([service, name], i) => figure(`${service}: ${name}`, 'events/s', samples[i] ?? [])),
      notes: [
        `${events.toLocaleString('en')} events of ${tickets.toLocaleString('en')} tickets, asked for as an operator does; nothing else to do.`,
        'Events of both sources. Intake leaves out what requesters must not see, and so applies fewer than it is counted.',
      ],
    };
  },
};
