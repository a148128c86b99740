import { PageReader } from '@guichet/event-sourcing';
import type { BenchContext, BenchLine } from '../line.js';
import { type Addressed, append, createProductLog, type ProductLog } from '../log/product-log.js';
import { type Place, writersPlaces } from '../log/replies.js';
import { atMost, figure, interleave, ratio } from '../rounds.js';
import { processorTime } from '../search/processor-time.js';

const writers = 64;
const pageSize = 10_000;
/** The text is half of the event. */
const personal = { AgentReplied: { person: 'agentId', texts: ['body'] } };
/** Of the eight events of a ticket's life so many have a text that somebody wrote. */
const withText = 3;

/** What it costs that texts about people are sealed in the log. */
export const sealing: BenchLine = {
  id: 'sealing',
  title: 'Sealed texts beside clear ones',
  seconds: 60,
  async run(context) {
    const events = context.isQuick ? 5_000 : 40_000;
    const clear = await createProductLog(context, 'clear');
    const sealed = await createProductLog(context, 'sealed', [{ category: 'handling', personal }]);
    let block = 0;
    const rounds = { rounds: context.isQuick ? 3 : 6 };
    const written = await interleave(
      {
        sealed: () => appended(context, sealed, events, block++),
        clear: () => appended(context, clear, events, block++),
      },
      rounds,
    );
    const read = await interleave(
      { sealed: () => replayed(sealed, events), clear: () => replayed(clear, events) },
      rounds,
    );
    return {
      figures: [
        ratio('append, sealed ÷ clear, processor time', written.sealed, written.clear, atMost(1.1)),
        ratio('replay, sealed ÷ clear, processor time', read.sealed, read.clear, atMost(1.1)),
        figure('append, sealed, processor time of an event', 'ms', written.sealed),
        figure('append, clear, processor time of an event', 'ms', written.clear),
        figure('replay, sealed, processor time of an event', 'ms', read.sealed),
        figure('replay, clear, processor time of an event', 'ms', read.clear),
      ],
      notes: [
        `${writers} writers, ${events.toLocaleString('en')} events of about 350 bytes a round, of one person; the server's processor time counts too.`,
        `Replay: the first ${events.toLocaleString('en')} events in pages of ${pageSize.toLocaleString('en')}, this process's time. Three events of eight have a text to seal, of 230 characters.`,
      ],
    };
  },
};

/** The same event for either log, and one that is sealed in the other only where somebody wrote a text. */
const told = (place: Place): Addressed =>
  place.version < withText ? place : { ...place, event: { ...place.event, type: 'ActivityLogged' } };

/** Milliseconds of processor time per event, the server's included. */
async function appended(context: BenchContext, { store }: ProductLog, events: number, block: number): Promise<number> {
  const places = writersPlaces(writers, block);
  const { adminUrl } = await context.server();
  const ms = await processorTime(adminUrl, async () => {
    await Promise.all(
      places.map(async (next) => {
        for (let i = 0; i < events / writers; i++) await append(store, told(next()));
      }),
    );
  });
  return ms / events;
}

/** Milliseconds of processor time per event. */
async function replayed({ log }: ProductLog, events: number): Promise<number> {
  const ms = await processorTime(undefined, async () => {
    const pages = new PageReader(pageSize);
    for (let read = 0; read < events;) read += (await pages.read(log, read)).events.length;
  });
  return ms / events;
}
