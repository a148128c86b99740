import { describeWithKafka, until } from '@guichet/testing';
import { services, type ServiceName, ticketSources } from '@guichet/contracts';
import pg from 'pg';
import { type SeparateServices, startSeparateServices } from '../product.js';
import { Load } from './load.js';

/** How much later the gateway knows what a replica answers to /health/ready. */
const staleMs = 3_000;
const requests = 10_000;

describeWithKafka(
  'two replicas of intake and of routing, behind a gateway whose list is three seconds old',
  (kafka) => {
    let product: SeparateServices;
    beforeAll(async () => {
      const isRolled = (service: ServiceName) => ticketSources.some((name) => name === service);
      const replicasOf = (service: ServiceName) =>
        isRolled(service) ? 2 : Number(services[service].follows.length === 0);
      product = await startSeparateServices(kafka.brokers, { staleMs, replicasOf });
      await listed();
    }, 300_000);
    afterAll(() => product.stop(), 60_000);

    const listed = () =>
      until(
        'the gateway sends to every replica',
        () => product.replicas.every(({ url }) => product.gateway.sendsTo(url)),
        60_000,
      );

    const begin = (name: string) =>
      Load.begin({
        ...{ url: product.url, name, hasRouting: true, followed: 8, workers: 16 },
        tokens: (role) => product.tokens('demo', role),
      });

    /** One replica of each service after the other; the next one when the gateway knows the first one again. */
    async function roll(settings: Readonly<Record<string, string>> = {}): Promise<void> {
      const turns = [0, 1].map((turn) =>
        ticketSources.map((source) => product.replicas.filter(({ service }) => service === source)[turn]!),
      );
      for (const turn of turns) {
        await Promise.all(turn.map((replica) => replica.restart(settings)));
        await listed();
      }
    }

    const rows = async <Row extends pg.QueryResultRow>(service: ServiceName, text: string, values: unknown[]) => {
      const client = new pg.Client({ connectionString: product.databases.get(service)!.adminUrl });
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    };
    const texts = async (service: ServiceName, text: string, values: unknown[]) =>
      (await rows<{ text: string }>(service, text, values)).map((row) => row.text).sort();

    it('are missed where they stop at once: the gateway’s clients see it, so this test could', async () => {
      const load = await begin('without-delay');
      await load.during(() => roll({ SHUTDOWN_DELAY_SECONDS: '5' }), 200);
      await load.end();
      expect(load.failures.length).toBeGreaterThan(10);
    }, 180_000);

    it('are upgraded one after the other, and nobody notices', async () => {
      const load = await begin('with-delay');
      await load.during(roll, requests);
      await load.end();
      expect(load.failures).toEqual([]);
      expect(load.asked).toBeGreaterThanOrEqual(requests);
      // Each stream was at a replica that stopped, at least once.
      expect(load.moves).toBeGreaterThanOrEqual(load.streams.length);
      for (const { path, ids } of load.streams) expect([path, ids.length]).toEqual([path, new Set(ids).size]);

      const { tickets, replies, notes } = load.written;
      const ofLoad = `data->>'subject' = $1`;
      const idOf = `substring(stream_id from 8) as text`;
      const opened = `select ${idOf} from event_log where type = 'TicketOpened' and ${ofLoad}`;
      expect(await texts('intake', opened, ['with-delay'])).toEqual([...tickets].sort());
      const replied = `select data->>'replyId' as text from event_log where type = 'RequesterReplied' and data->>'body' like $1`;
      expect(await texts('intake', replied, ['with-delay %'])).toEqual([...replies.values()].flat().sort());
      const noted = `select data->>'body' as text from event_log where type = 'InternalNoteAdded' and data->>'body' like $1`;
      expect(await texts('routing', noted, ['with-delay %'])).toEqual([...notes].sort());
      const received = `select ${idOf} from received_log where type = 'TicketOpened' and ${ofLoad}`;
      await until(
        'routing has received every ticket',
        async () => (await texts('routing', received, ['with-delay'])).length >= tickets.length,
        60_000,
        500,
      );
      expect(await texts('routing', received, ['with-delay'])).toEqual([...tickets].sort());
    }, 300_000);
  },
);
