/**
 * No id of one tenant can touch another. Every id the product derives is a function of what is known beforehand (a
 * slug, a subject, a key), so that another tenant could use it first: here it does, with all of them.
 */
import { randomUUID } from 'node:crypto';
import type { TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { type Importer, serviceNames, type Source, sources } from '@guichet/contracts';
import { asAdmin } from './footprint.js';
import { Tenant } from './tenant.js';
import { startWholeProduct, subjectOf, type WholeProduct } from './whole-product.js';

const at = '2026-03-02T09:00:00.000Z';

interface Stored {
  readonly event_id: string;
  readonly stream_id: string;
  readonly type: string;
}

interface Day {
  readonly tenantId: string;
  /** What the tenant sees in the end. */
  readonly seen: unknown;
  readonly log: Readonly<Record<Source, readonly Stored[]>>;
  /** Ids of its commands that led to no event. */
  readonly answered: readonly string[];
}

/** A day of a tenant whose every command has a key. Each time it derives the same ids. */
async function day(product: WholeProduct, between: (acme: Tenant) => Promise<void>): Promise<Day> {
  const acme = await Tenant.create(product, 'acme');
  await between(acme);
  let key = 0;
  const call = async (path: string, as: TestCaller, body: object) => {
    key += 1;
    const headers = { 'Idempotency-Key': `key-${key}` };
    const answer = await product.host.call(path, { as, body, headers });
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, string>;
  };
  const [admin, agent, rita] = [acme.caller('admin'), acme.caller('agent'), acme.caller('requester')];
  for (const departmentId of ['first', 'second'])
    await call('/routing/v1/departments', admin, { departmentId, name: departmentId });
  const agentId = subjectOf('acme', 'agent');
  await call('/routing/v1/agents', admin, { agentId, name: 'Ada', departmentIds: ['first', 'second'] });
  await call('/identity/v1/people', admin, { email: 'p@acme.example', name: 'P', roles: ['agent'] });
  await call('/identity/v1/clients', admin, { name: 'robot', roles: ['importer'] });

  const { categoryId } = await call('/knowledge/v1/categories', admin, { name: 'Payments', locale: 'en' });
  const { articleId = '' } = await call('/knowledge/v1/articles', admin, { categoryId });

  const { categoryId: forum = '' } = await call('/community/v1/categories', admin, { name: 'Help', locale: 'en' });
  await call('/community/v1/me/handle', rita, { handle: 'rita.r' });
  const question = { categoryId: forum, title: 'Printer', body: 'It is on fire.', locale: 'en' };
  await call('/community/v1/topics', rita, question);

  const opened = await call('/intake/v1/tickets', rita, { subject: 'Printer', departmentId: 'first' });
  const ticketId = opened['ticketId'] ?? '';
  const work = `/routing/v1/tickets/${ticketId}`;
  await until('the ticket to be queued', async () => (await product.host.call(work, { as: agent })).status === 200);
  await call(`${work}/claim`, agent, {});
  await call(`${work}/claim`, agent, {}); // leads to no event: its answer is kept by itself
  await call(`${work}/notes`, agent, { body: 'a note' });
  await call(`${work}/transfers`, agent, { toDepartmentId: 'second', reason: 'theirs', keepAssignee: true });
  await call(`${work}/replies`, agent, { body: 'an answer' });
  await call(`/intake/v1/tickets/${ticketId}/replies`, rita, { body: 'thanks' });
  // What comes first, the resolution or the news of the reply, must not be left to chance.
  await acme.settledFootprint();
  await call(`${work}/resolve`, agent, {});
  await acme.settledFootprint();

  const read = async (path: string, as: TestCaller) => {
    const { status, body } = await product.host.call(path, { as });
    expect({ path, status }).toEqual({ path, status: 200 });
    return body;
  };
  const seen = withoutTimes([
    await read(`/intake/v1/tickets/${ticketId}`, rita),
    await read(work, agent),
    await read(`${work}/timeline`, agent),
    await read('/routing/v1/departments', agent),
    await read('/routing/v1/agents', agent),
    await read('/identity/v1/clients', admin),
    await read('/knowledge/v1/categories', rita),
    await read(`/knowledge/v1/articles/${articleId}/texts`, admin),
    await read(
      '/analytics/v1/kpis/tickets-opened?from=2020-01-01&to=2040-01-01&timeZone=Europe/Paris',
      acme.caller('analyst'),
    ),
  ]);
  const log = Object.fromEntries(
    await Promise.all(
      sources.map(async (service) => {
        const { rows } = await asAdmin(product.databases[service], (client) =>
          client.query<Stored>(
            'select event_id, stream_id, type from event_log where tenant_id = $1 order by stream_id, version',
            [acme.tenantId],
          ),
        );
        return [service, rows] as const;
      }),
    ),
  ) as Record<Source, Stored[]>;
  const answered = await asAdmin(product.databases.routing, (client) =>
    client.query<{ id: string }>('select command_id as id from command_answer where tenant_id = $1 order by 1', [
      acme.tenantId,
    ]),
  );
  return { tenantId: acme.tenantId, seen, log, answered: answered.rows.map(({ id }) => id) };
}

/** Neither moments nor positions: those differ from day to day. */
const withoutTimes = (seen: unknown): unknown =>
  JSON.parse(
    JSON.stringify(seen, (name, value: unknown) =>
      /at$|position|through|seconds|^lag|until|since|number|cursor|createdAt/i.test(name) && typeof value !== 'object'
        ? undefined
        : /^through$|^positions?$/.test(name)
          ? undefined
          : value,
    ),
  );

/** Whose streams are parked, once each. */
const tenantsParked = async (product: WholeProduct): Promise<string[]> => {
  const as = { tenantId: null, roles: ['operator'] } as const;
  const parked = await Promise.all(
    serviceNames.map((service) => product.host.call(`/${service}/v1/operations/parked`, { as })),
  );
  const items = parked.flatMap(({ body }) => (body as { items: { tenantId: string }[] }).items);
  return [...new Set(items.map(({ tenantId }) => tenantId))];
};

it('A tenant’s day is the same when another tenant has every id of it already', async () => {
  const first = await startWholeProduct();
  let usual: Day;
  try {
    usual = await day(first, async () => undefined);
  } finally {
    await first.stop();
  }
  const product = await startWholeProduct();
  try {
    let taken = { intake: 0, routing: 0, answers: 0, parked: 0 };
    let rivalId = '';
    const squatted = await day(product, async () => {
      const rival = await Tenant.create(product, 'rival');
      rivalId = rival.tenantId;
      const ids = [...usual.answered, ...sources.flatMap((service) => usual.log[service].map((one) => one.event_id))];
      taken = {
        answers: await squatAnswers(product, rivalId, [...new Set(ids)]),
        intake: await squat(product, rival, 'intake', usual.log.intake),
        routing: await squat(product, rival, 'routing', [...usual.log.routing, ...usual.log.intake]),
        parked: 0,
      };
      await rival.settledFootprint();
      taken.parked = await parkAll(product, rivalId);
    });
    expect(squatted.tenantId).toBe(usual.tenantId);
    // The days derived the same ids, or this proves nothing: of each kind of command there is one.
    for (const service of sources) {
      const before = new Set(usual.log[service].map(({ event_id }) => event_id));
      const derived = squatted.log[service].filter(({ event_id }) => before.has(event_id));
      const keyed = squatted.log[service].filter(({ type }) => type !== 'TenantCreated');
      expect({ service, derived: derived.length }).toEqual({ service, derived: keyed.length });
      expect(derived.length).toBeGreaterThan(1);
    }
    expect(taken.intake).toBeGreaterThanOrEqual(usual.log.intake.length);
    expect(taken.routing).toBeGreaterThanOrEqual(usual.log.routing.length);
    expect(usual.answered).toHaveLength(1);
    expect(squatted.answered).toEqual(usual.answered);
    expect(taken.answers).toBeGreaterThan(usual.log.identity.length + usual.log.routing.length);
    expect(taken.parked).toBeGreaterThan(usual.log.routing.length);
    expect(squatted.seen).toEqual(usual.seen);
    expect(await tenantsParked(product)).toEqual([rivalId]);
  } finally {
    await product.stop();
  }
}, 180_000);

/**
 * The rival imports tickets under the same ids of tickets, with events under the same ids of events. Answers how many
 * events.
 */
async function squat(
  product: WholeProduct,
  rival: Tenant,
  service: Importer,
  events: readonly Stored[],
): Promise<number> {
  const ticketIds = [
    ...new Set(events.map(({ stream_id }) => /^(?:ticket|handling)-(.*)$/.exec(stream_id)?.[1] ?? '')),
  ];
  const ids = events.map(({ event_id }) => event_id);
  const ticketId = ticketIds.find((id) => id !== '') ?? randomUUID();
  const [head, ...others] = [...new Set(ids)];
  const requester = { requesterId: 'mallory', subject: 'mine', channel: 'portal', device: 'desktop', locale: 'fr' };
  const history =
    service === 'intake'
      ? [
          { id: head, type: 'TicketOpened', data: { ticketId, at, number: 'M-1', ...requester } },
          ...others.map((id) => ({
            ...{ id, type: 'RequesterReplied', data: { ticketId, replyId: randomUUID(), body: 'mine', at } },
          })),
        ]
      : [
          { id: head, type: 'TicketQueued', data: { ticketId, departmentId: null, priority: 'normal', at } },
          ...others.map((id) => ({ id, type: 'ActivityLogged', data: { ticketId, activity: 'mine', at } })),
        ];
  const answer = await product.host.call(`/${service}/v1/imports`, {
    ...{ as: rival.caller('importer'), body: { source: 'squat', streams: [{ ticketId, events: history }] } },
  });
  const { accepted, rejected } = answer.body as { accepted: number; rejected: unknown[] };
  expect({ status: answer.status, rejected }).toEqual({ status: 200, rejected: [] });
  return accepted;
}

/**
 * As if the rival's commands of these ids had led to no event, in every service. Answers how many there are in each.
 */
async function squatAnswers(product: WholeProduct, tenantId: string, ids: readonly string[]): Promise<number> {
  for (const service of sources) {
    await asAdmin(product.databases[service], (client) =>
      client.query(
        `insert into command_answer (command_id, tenant_id, request_hash, stream_id, version, position)
         select id, $1, 'another request', 'mine', 1, 1 from unnest($2::uuid[]) id`,
        [tenantId, ids],
      ),
    );
  }
  return ids.length;
}

/**
 * As if no consumer could apply any event of the rival: each of its streams is parked wherever it is followed, and the
 * runners look again where they stand. Answers how many events are.
 */
async function parkAll(product: WholeProduct, tenantId: string): Promise<number> {
  let parked = 0;
  for (const service of serviceNames) {
    await asAdmin(product.databases[service], async (client) => {
      for (const [log, table] of [
        ['own', 'event_log'],
        ['received', 'received_log'],
      ]) {
        const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
        if (!rows[0]?.there) continue;
        const { rowCount } = await client.query(
          `insert into parked_event (build, log, position, consumer, tenant_id, stream_id, event_id, type, reason)
           select c.build, c.log, e.position, c.consumer, e.tenant_id, e.stream_id, e.event_id, e.type, 'broken'
             from checkpoint c join ${table} e on e.tenant_id = $1 and e.position <= c.position
            where c.log = $2 and c.slot = 'live'`,
          [tenantId, log],
        );
        parked += rowCount ?? 0;
      }
      await client.query(`update checkpoint set revision = revision + 1 where slot = 'live'`);
    });
  }
  return parked;
}
