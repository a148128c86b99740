import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { incompatibilities } from './compatibility.js';
import { eventContracts } from './registry.js';
import { Data, Key } from './schema.js';
import { brokenPromises, type Snapshot, withCurrent } from './snapshot.js';

const published = Data('Something happened.', {
  id: Key(),
  note: Type.Optional(Type.String({ maxLength: 100, 'x-personal-data': true })),
  count: Type.Integer(),
  tags: Type.Array(Key(), { maxItems: 50 }),
  from: Type.Union([Key(), Type.Null()]),
  device: Type.Union([Type.Literal('mobile'), Type.Literal('desktop')]),
  place: Type.Object({ room: Key() }),
});
const properties = published.properties;
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
const changed = (change: Parameters<typeof Type.Object>[0]) =>
  Data('Something happened.', { ...properties, ...change });

describe('a compatible change', () => {
  it.each<[string, object]>([
    ['nothing', published],
    ['another description', Data('Something did happen.', properties)],
    ['a new optional field', changed({ mood: Type.Optional(Type.String()) })],
    ['a new mark of personal data', changed({ id: Key({ 'x-personal-data': true }) })],
    [
      'a new optional field further down',
      changed({ place: Type.Object({ room: Key(), floor: Type.Optional(Key()) }) }),
    ],
  ])('%s', (_, current) => expect(incompatibilities(published, current)).toEqual([]));
});

describe('a forged incompatible change is caught', () => {
  it.each<[string, object, string]>([
    ['removed', Data('', without('count')), '/count: removed or renamed'],
    ['optional removed', Data('', without('note')), '/note: removed or renamed'],
    ['renamed', Data('', { ...without('count'), number: Type.Integer() }), '/count: removed or renamed'],
    ['other type', changed({ count: Type.String() }), '/count: type changed from "integer" to "string"'],
    [
      'made required',
      changed({ note: Type.String({ maxLength: 100, 'x-personal-data': true }) }),
      '/note: made required',
    ],
    ['made optional', changed({ count: Type.Optional(Type.Integer()) }), '/count: made optional'],
    ['added as required', changed({ mood: Type.String() }), '/mood: added as a required field'],
    ['no longer nullable', changed({ from: Key() }), '/from: type changed from "anyOf" to "string"'],
    [
      'one variant more',
      changed({ from: Type.Union([Key(), Type.Null(), Type.Integer()]) }),
      '/from: 2 variants became 3',
    ],
    [
      'another literal',
      changed({ device: Type.Union([Type.Literal('phone'), Type.Literal('desktop')]) }),
      '/device: type changed from "mobile" to "phone"',
    ],
    ['narrower', changed({ id: Key({ maxLength: 10 }) }), '/id: maxLength changed from 200 to 10'],
    ['another format', changed({ id: Key({ format: 'uuid' }) }), '/id: format changed from nothing to "uuid"'],
    [
      'other elements',
      changed({ tags: Type.Array(Type.Integer(), { maxItems: 50 }) }),
      '/tags/*: type changed from "string" to "integer"',
    ],
    ['removed further down', changed({ place: Type.Object({}) }), '/place/room: removed or renamed'],
    [
      'closed',
      Type.Object(properties, { additionalProperties: false }),
      '/: additionalProperties changed from nothing to false',
    ],
    [
      'unmarked',
      changed({ note: Type.Optional(Type.String({ maxLength: 100 })) }),
      '/note: no longer marked as personal data',
    ],
  ])('%s', (_, current, reason) => expect(incompatibilities(published, current)).toContain(reason));
});

describe('the snapshot', () => {
  const contract = {
    source: 'intake',
    type: 'Happened',
    schemaVersion: 1,
    upcasters: {},
    schema: published,
    personalData: [],
  } as const;
  const snapshot = withCurrent({}, [contract]);
  const nextSchema = changed({ count: Type.String() });

  it('accepts what it recorded', () => expect(brokenPromises(snapshot, [contract])).toEqual([]));
  it('misses an event', () => expect(brokenPromises(snapshot, [])).toEqual(['intake/Happened: removed or renamed']));
  it('misses an event that another service publishes now', () =>
    expect(brokenPromises(snapshot, [{ ...contract, source: 'routing' }])).toEqual([
      'intake/Happened: removed or renamed',
    ]));
  it('reports a change within a version', () =>
    expect(brokenPromises(snapshot, [{ ...contract, schema: nextSchema }])).toEqual([
      'intake/Happened v1 /count: type changed from "integer" to "string"',
    ]));
  it('asks for an upcaster to a new version', () => {
    const next = { ...contract, schemaVersion: 2, schema: nextSchema };
    expect(brokenPromises(snapshot, [next])).toEqual(['intake/Happened v1 has no upcaster']);
    expect(brokenPromises(snapshot, [{ ...next, upcasters: { 1: (data: object) => ({ ...data }) } }])).toEqual([]);
  });
  it('does not go back', () => {
    const recorded = withCurrent(snapshot, [{ ...contract, schemaVersion: 2 }]);
    expect(brokenPromises(recorded, [contract])).toEqual([
      'intake/Happened v2 is gone: the contract went back to version 1',
    ]);
  });
});

describe('what is published', () => {
  const recorded = JSON.parse(readFileSync(new URL('../contracts.snapshot.json', import.meta.url), 'utf8')) as Snapshot;

  it('keeps every promise it made', () => expect(brokenPromises(recorded, eventContracts)).toEqual([]));
  it('is recorded: run `npm run contracts:write` after a compatible change', () =>
    expect(recorded).toEqual(withCurrent(recorded, eventContracts)));
});
