import {
  contractOf,
  eventContracts,
  personalDataPaths,
  type PublicEvent,
  progressTopics,
  sources,
  topics,
  UnsupportedSchemaVersion,
  upcast,
  validateEventData,
  validatePublicEvent,
} from './index.js';
import { envelopeOf } from './envelope.js';
import { unexplainedTexts } from './personal-data.js';
import { upcastTo } from './upcasting.js';

const ticketId = '0b5a2cde-6f0e-4a5e-9f58-0a4f6a4f0a01';
const opened: PublicEvent = {
  id: '3f0d8a1e-7a2c-4b77-8a53-3a0f8f3b9a10',
  source: 'intake',
  type: 'TicketOpened',
  schemaVersion: 1,
  tenantId: '9f1f3d62-1d0e-4a6f-8f5e-0d9f7b1c2a33',
  streamId: `ticket-${ticketId}`,
  version: 1,
  position: 17,
  occurredAt: '2026-01-05T08:00:00.000Z',
  recordedAt: '2026-01-05T08:00:00.004Z',
  actor: { kind: 'requester', id: 'ada' },
  correlationId: 'c-1',
  data: {
    ticketId,
    at: '2026-01-05T08:00:00.000Z',
    number: 'T-1',
    requesterId: 'ada',
    subject: 'Printer',
    channel: 'portal',
    device: 'desktop',
    locale: 'fr-FR',
  },
};
const withData = (change: object): PublicEvent => ({ ...opened, data: { ...(opened.data as object), ...change } });

describe('a public event', () => {
  it('keeps its contract', () => expect(validatePublicEvent(opened)).toEqual([]));
  it('may bring fields a reader does not know', () =>
    expect(validatePublicEvent({ ...withData({ mood: 'cross' }), extra: 1 })).toEqual([]));
  it.each<[string, unknown, string]>([
    ['not an object', null, ''],
    ['without an id', { ...opened, id: undefined }, '/id'],
    ['with a local time', { ...opened, occurredAt: '2026-01-05T08:00:00+01:00' }, '/occurredAt'],
    ['with a leap second', withData({ at: '2016-12-31T23:59:60Z' }), '/data/at'],
    ['on a day that does not exist', withData({ at: '2026-02-30T08:00:00Z' }), '/data/at'],
    ['without a number', withData({ number: undefined }), '/data/number'],
    ['with an empty subject', withData({ subject: '' }), '/data/subject'],
    ['with an unknown device', withData({ device: 'fridge' }), '/data/device'],
    ['of a type its source does not publish', { ...opened, source: 'routing' }, '/type'],
    ['of another version', { ...opened, schemaVersion: 2 }, '/schemaVersion'],
  ])('%s is told what is wrong with it', (_, event, path) =>
    expect(validatePublicEvent(event).map((violation) => violation.path)).toContain(path),
  );
});

describe('event data', () => {
  it('is checked against the publisher that writes it', () => {
    expect(validateEventData('intake', 'TicketOpened', opened.data)).toEqual([]);
    expect(validateEventData('routing', 'TicketOpened', opened.data)).toEqual([
      { path: '', message: 'routing publishes no TicketOpened' },
    ]);
    expect(validateEventData('intake', 'toString', {})).toHaveLength(1);
  });
});

describe('the registry', () => {
  it('names every type once, so that a type says who publishes it', () =>
    expect(new Set(eventContracts.map(({ type }) => type)).size).toBe(eventContracts.length));
  it('has an upcaster for every version below today', () => {
    for (const { schemaVersion, upcasters } of eventContracts) {
      expect(Object.keys(upcasters).map(Number)).toEqual(Array.from({ length: schemaVersion - 1 }, (_, i) => i + 1));
    }
  });
  it('knows the personal data', () => {
    expect(personalDataPaths('TicketOpened')).toEqual([
      '/requesterId',
      '/requesterName',
      '/requesterEmail',
      '/subject',
      '/body',
      '/tags',
    ]);
    expect(personalDataPaths('TicketQueued')).toEqual([]);
    expect(personalDataPaths('Nonesuch')).toEqual([]);
    expect(contractOf('TicketTransferred')?.personalData).toEqual(['/reason', '/note']);
  });
  it.each([
    ...eventContracts.map(({ type, schema }) => ({ type, schema })),
    { type: 'envelope', schema: envelopeOf(sources) },
  ])('marks every text of $type as personal data, or says why it is none', ({ schema }) =>
    expect(unexplainedTexts(schema)).toEqual([]),
  );
  it('finds texts that nobody has thought about', () => {
    const schema = {
      properties: { a: { type: 'string' }, b: { items: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
    };
    expect(unexplainedTexts(schema)).toEqual(['/a', '/b/*']);
  });
  it('gives every publisher its topics', () =>
    expect([...Object.values(topics), ...Object.values(progressTopics)]).toEqual([
      'guichet.identity.accounts.v1',
      'guichet.intake.tickets.v1',
      'guichet.routing.handlings.v1',
      'guichet.knowledge.articles.v1',
      'guichet.community.topics.v1',
      'guichet.identity.progress.v1',
      'guichet.intake.progress.v1',
      'guichet.routing.progress.v1',
      'guichet.knowledge.progress.v1',
      'guichet.community.progress.v1',
    ]));
});

describe('upcasting', () => {
  const contract = {
    schemaVersion: 3,
    upcasters: {
      1: ({ name, ...data }: Record<string, unknown>) => ({ ...data, subject: name }),
      2: (data: Record<string, unknown>) => ({ ...data, locale: 'und' }),
    },
  };
  it('leads through every version', () =>
    expect(upcastTo(contract, { ...opened, data: { name: 'Printer' } })).toEqual({
      ...opened,
      schemaVersion: 3,
      data: { subject: 'Printer', locale: 'und' },
    }));
  it('leaves today’s version alone', () => expect(upcast(opened)).toBe(opened));
  it('leaves a type nobody here knows alone', () => {
    const unknown = { ...opened, type: 'TicketSung', schemaVersion: 7 };
    expect(upcast(unknown)).toBe(unknown);
  });
  it('refuses to guess at a newer or a missing version', () => {
    expect(() => upcast({ ...opened, schemaVersion: 2 })).toThrow(UnsupportedSchemaVersion);
    expect(() => upcastTo(contract, { ...opened, schemaVersion: 0 })).toThrow(UnsupportedSchemaVersion);
  });
});
