import type { BenchLine, Figure } from '../line.js';
import { figure } from '../rounds.js';
import { topicBytes } from '../scale/topic-bytes.js';
import { WholeDesk } from '../scale/whole-desk.js';

/** What a ticket takes, by where it is stored. */
export const scaleSize: BenchLine = {
  id: 'scale-size',
  title: 'Bytes of a ticket in logs, topics and read models',
  seconds: 90,
  async run(context) {
    const tickets = context.isQuick ? 1_000 : 10_000;
    const desk = await WholeDesk.start(context);
    await desk.live(tickets);
    const bytes = await desk.bytesByTable();
    const figures: Figure[] = [];
    for (const { service, place, total } of bytes) {
      figures.push(figure(`${service}: ${place}`, 'B', [total / tickets]));
    }
    const topics = await topicBytes(desk.publications, await context.kafka());
    for (const { source, bytes: sent } of topics) figures.push(figure(`topic of ${source}`, 'B', [sent / tickets]));
    return {
      figures,
      notes: [
        `${tickets.toLocaleString('en')} tickets of 6 events each: opened (1 in intake); queued, assigned, answered, resolved, closed (5 in routing). Bodies of 200 characters.`,
        'Tables with their indexes, as they lie after the work, without vacuum. Topics: key, value and headers, uncompressed, one copy.',
      ],
    };
  },
};
