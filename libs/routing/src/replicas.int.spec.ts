import { until } from '@guichet/testing';
import { openLive } from '@guichet/http-host/testing';
import { type Routing, startRouting } from '../testing/routing-host.js';

let routing: Routing;
let replica: Awaited<ReturnType<Routing['replica']>>;
beforeAll(async () => {
  routing = await startRouting();
  replica = await routing.replica();
}, 60_000);
afterAll(async () => {
  await replica.stop();
  await routing.stop();
});

const claimOn = (host: Pick<Routing, 'call'>, ticketId: string, as: Routing['amir']) =>
  host.call(`/tickets/${ticketId}/claim`, { as, method: 'POST' });

it('lets one agent win a ticket claimed through two replicas at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const ticketId = await routing.queued();
    const answers = await Promise.all([
      claimOn(routing, ticketId, routing.amir),
      claimOn(replica, ticketId, routing.bea),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers[0].status === 200 ? 'amir' : 'bea';
    const { body } = answers.find(({ status }) => status === 409)!;
    expect(body).toMatchObject({ code: 'already-claimed', details: { agentId: winner } });
  }
});

it('answers a request that is repeated through another replica as the first time', async () => {
  const ticketId = await routing.queued();
  const request = { as: routing.amir, body: { body: 'Hello' }, headers: { 'idempotency-key': ticketId } };
  const answers = await Promise.all(
    [routing, replica].map(({ call }) => call(`/tickets/${ticketId}/replies`, request)),
  );
  expect(answers[0]).toMatchObject({ status: 201, body: { version: 2 } });
  expect(answers[1]!.body).toEqual(answers[0]!.body);
});

it('tells the live queue of every replica what came through any', async () => {
  const streams = await Promise.all(
    [routing, replica].map(async ({ host }) =>
      openLive(`${host.url}/routing/v1/departments/billing/queue/live`, {
        token: await host.issuer.token(routing.amir),
      }),
    ),
  );
  for (const { events } of streams)
    await until('the first counts', () => events.some(({ event }) => event === 'counts'));
  const ticketId = await routing.queued();
  const claimed = await claimOn(replica, ticketId, routing.amir);
  expect(claimed.status).toBe(200);
  for (const { events } of streams) {
    await until('the claim', () => events.some(({ data }) => data.ticketId === ticketId && data.status === 'assigned'));
  }
  const headers = { 'guichet-after': claimed.headers.get('guichet-position')! };
  for (const { call } of [routing, replica]) {
    expect((await call(`/tickets/${ticketId}`, { as: routing.amir, headers })).body).toMatchObject({
      status: 'assigned',
    });
  }
  await Promise.all(streams.map((stream) => stream.close()));
});
