/** The public events as an AsyncAPI 3 document, made from the contracts. */
import type { EventContract } from './contracts.js';
import { actorKinds, envelopeOf } from './envelope.js';
import { eventContracts } from './registry.js';
import { type Source, sources } from './services.js';
import { progressTopics, topics } from './topics.js';

const text = { type: 'string' } as const;

const position = { ...text, pattern: '^[0-9]+$' } as const;

/** CloudEvents 1.0, Kafka binding, binary mode. Extension attributes carry the log's coordinates; headers are text. */
const headers = {
  type: 'object',
  required: [
    'content-type',
    ...['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_recordedtime', 'ce_tenantid'],
    ...['ce_schemaversion', 'ce_streamversion', 'ce_position', 'ce_previous', 'ce_actorkind', 'ce_correlationid'],
  ],
  properties: {
    'content-type': { const: 'application/json' },
    ce_specversion: { const: '1.0' },
    ce_id: { ...text, format: 'uuid', description: 'Event id.' },
    ce_source: { enum: sources.map((source) => `/guichet/${source}`), description: 'The publisher.' },
    ce_type: { ...text, description: 'Event type.' },
    ce_subject: { ...text, description: "The publisher's stream; also the record's key." },
    ce_time: { ...text, format: 'date-time', description: 'When it happened.' },
    ce_recordedtime: { ...text, format: 'date-time', description: 'When the publisher learned it.' },
    ce_tenantid: { ...text, format: 'uuid' },
    ce_schemaversion: { ...position, description: "Version of the event's schema." },
    ce_streamversion: { ...position, description: 'Position of the event within its stream, from 1.' },
    ce_position: { ...position, description: "Position in the publisher's log." },
    ce_previous: {
      ...position,
      description:
        'Position of the event sent to this partition before this one, 0 for none: what is not higher than the last one ' +
        'applied is a duplicate; anything but the last one applied is a gap.',
    },
    ce_actorkind: { enum: actorKinds, description: 'Who did it.' },
    ce_actorid: { ...text, 'x-personal-data': true },
    ce_correlationid: text,
    ce_causationid: text,
    ce_traceparent: text,
    ce_imported: { const: 'true', description: "Brought in from another system's log." },
  },
};

const messageOf = ({ type, source, schemaVersion, schema, personalData }: EventContract) => ({
  name: type,
  title: type,
  summary: (schema as { description?: string }).description ?? type,
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/CloudEventHeaders' },
  payload: { $ref: `#/components/schemas/${type}` },
  'x-source': source,
  'x-schema-version': schemaVersion,
  'x-personal-data': personalData,
});

const contractsOf = (source: Source) => eventContracts.filter((contract) => contract.source === source);

const channelsOf = (source: Source) => ({
  [`${source}Events`]: {
    address: topics[source],
    description: `Public events of ${source}. Record key: stream id, so a stream keeps its order.`,
    messages: Object.fromEntries(
      contractsOf(source).map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
    ),
  },
  [`${source}Progress`]: {
    address: progressTopics[source],
    description: `How far ${source} has published; one partition, short retention. Readers wait for their own writes by it.`,
    messages: { Progress: { $ref: '#/components/messages/Progress' } },
  },
});

const operationsOf = (source: Source) => ({
  [`publish${title(source)}Events`]: {
    action: 'send',
    channel: { $ref: `#/channels/${source}Events` },
    summary: `${title(source)} tells what happened.`,
  },
  [`publish${title(source)}Progress`]: {
    action: 'send',
    channel: { $ref: `#/channels/${source}Progress` },
    summary: `${title(source)} tells how far it has published.`,
  },
});

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const progress = {
  type: 'object',
  required: ['upTo', 'last'],
  properties: {
    upTo: {
      type: 'integer',
      minimum: 0,
      description: "Every event up to this position of the publisher's log is out.",
    },
    last: {
      type: 'object',
      additionalProperties: { type: 'integer', minimum: 0 },
      description: 'Partition → position of the last event sent to it.',
    },
  },
};

/** AsyncAPI 3.0, as plain JSON. */
export function asyncApiDocument(): Record<string, unknown> {
  const schemas = Object.fromEntries(eventContracts.map(({ type, schema }) => [type, schema]));
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Guichet events',
      version: '1.0.0',
      description:
        'What the services of Guichet tell one another. Unknown fields are to be ignored: they may be added at any time.',
    },
    defaultContentType: 'application/json',
    channels: Object.assign({}, ...sources.map(channelsOf)) as object,
    operations: Object.assign({}, ...sources.map(operationsOf)) as object,
    components: {
      messages: {
        ...Object.fromEntries(eventContracts.map((contract) => [contract.type, messageOf(contract)])),
        Progress: { name: 'Progress', title: 'Progress', payload: { $ref: '#/components/schemas/Progress' } },
      },
      schemas: { ...schemas, Envelope: envelopeOf(sources), CloudEventHeaders: headers, Progress: progress },
    },
  };
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
}
