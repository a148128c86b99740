import { gzipSync } from 'node:zlib';
import { tryMapping } from '../testing/try-mapping.js';
import { formatOf } from './stage-file.js';

const mapping = (rows = '', rest = '') => `
version: 1
source: test
missing: ['?', 0]
rows: { time: at, ${rows} }
ticket: { key: id }
rules: [{ do: { log: act } }]
${rest}`;
const order = (told: readonly string[]) =>
  told.flatMap((event) => /"activity":"(.*?)"/.exec(event)?.[1] ?? []).join(' ');
const file = (...lines: string[]) => ['id,at,act,n', ...lines].join('\n');

it.each([
  ['log.csv', 'csv'],
  ['log.csv.gz', 'csv'],
  ['LOG.JSONL', 'jsonl'],
  ['log.ndjson.gz', 'jsonl'],
  ['log.json', 'json'],
  ['log', 'csv'],
])('%s is %s', (name, format) => expect(formatOf(name, undefined)).toBe(format));

it('gathers a ticket’s rows from all over the file, in order of time, then of the file', async () => {
  const { told, plan } = await tryMapping(
    mapping(),
    file('1,2025-01-01T10:02,b,', '2,2025-01-01T10:00,x,', '1,2025-01-01T10:01,a,', '1,2025-01-01T10:02,c,'),
  );
  expect(order(told)).toBe('a b c x');
  expect(plan.tickets).toBe(2);
});

it.each([
  ['[time, { number: n }]', '2 10 b'],
  ['[time, { number: n, descending: true }]', '10 2 b'],
  ['[{ number: n, descending: true }]', 'b 10 2'],
  ['[{ text: n }]', '10 2 b'],
  ['[{ time: { column: n, format: unix-seconds } }]', '2 10 b'],
])('order %s', async (keys, expected) => {
  const { told } = await tryMapping(
    mapping(`order: ${keys}`),
    file('1,2025-01-01T10:01,10,10', '1,2025-01-01T10:01,2,2', '1,2025-01-01T10:02,b,90'),
  );
  expect(order(told)).toBe(expected);
});

it('drops rows that are equal in every column, also in those the mapping does not read', async () => {
  const rows = file('1,2025-01-01T10:01,a,7', '1,2025-01-01T10:01,a,7', '1,2025-01-01T10:01,a,8');
  expect((await tryMapping(mapping('duplicates: drop'), rows)).staged).toMatchObject({
    read: 3,
    duplicates: 1,
    staged: 2,
  });
  expect((await tryMapping(mapping(), rows)).staged).toMatchObject({ duplicates: 1, staged: 3 });
});

it('leaves rows out, and rejects broken ones with line and reason', async () => {
  const { staged, rejections } = await tryMapping(
    mapping('ignore: { columns: { act: skip } }'),
    file(
      '1,2025-01-01T10:01,a,',
      '1,2025-01-01T10:01,skip,',
      '1,2025-01-01T10:02',
      ',2025-01-01T10:02,c,',
      '1,never,d,',
      '1,?,e,',
      '1,"x"y,f,',
    ),
  );
  expect(staged).toMatchObject({ read: 7, staged: 1, ignored: 1, rejected: 5 });
  expect(rejections).toEqual([
    '4 has 2 fields where the header has 4',
    '5 the row has no ticket key',
    '6 1 rows.time: "never" is no time of the form iso',
    '7 1 the row has no time',
    '8 there is text after the closing quote of a field',
  ]);
});

it('counts rows that are not of the file’s encoding', async () => {
  const bytes = Buffer.from(file('1,2025-01-01T10:01,Zoë,'), 'latin1');
  expect((await tryMapping(mapping(), bytes)).staged.undecodable).toBe(1);
  const { staged, told } = await tryMapping(mapping('', 'file: { encoding: latin1 }'), gzipSync(bytes));
  expect([staged.undecodable, order(told)]).toEqual([0, 'Zoë']);
});

it('leaves out NUL and half characters, which no database stores', async () => {
  const line = JSON.stringify({ id: '1', at: '2025-01-01T10:01', act: 'a\u0000b\ud800' });
  expect(order((await tryMapping(mapping(), line, 'log.jsonl')).told)).toBe('ab\ufffd');
});

it('addresses columns by number and by the n-th of a name, with or without a header', async () => {
  const text = mapping()
    .replace('id', "'#1'")
    .replace('time: at', "time: '#2'")
    .replace('log: act', "log: { template: '{x#2} {#3}' }");
  expect(order((await tryMapping(text, 'id,at,x,x\n1,2025-01-01T10:01,a,b')).told)).toBe('b a');
  const bare = text.replace('{x#2} {#3}', '{#4} {#3}');
  expect(order((await tryMapping(`${bare}\nfile: { header: false }`, '1,2025-01-01T10:01,a,b')).told)).toBe('b a');
  const named = mapping('', 'file: { header: [id, at, act, n] }');
  expect(order((await tryMapping(named, '1,2025-01-01T10:01,a,b')).told)).toBe('a');
});

it.each([
  ['id,at,activity,n\n', /rules\[0\].do.log: the file has no column "act"/],
  ['id,at,Act,n\n', /no column "act"; did you mean "Act"\?/],
  ['id,at,act,act\n', /the file has 2 columns named "act"; write "act#1", "act#2"/],
  ['', /the file is empty/],
])('a file with the header %j does not fit', async (text, message) =>
  expect(tryMapping(mapping(), text)).rejects.toThrow(message),
);

it('counts different values', async () => {
  const { staged } = await tryMapping(
    mapping(),
    file('1,2025-01-01T10:01,a,', '1,2025-01-01T10:02,a,', '2,2025-01-01T10:02,?,'),
  );
  expect(staged.columns).toEqual({
    id: { found: 3, known: 3, withoutText: 0, different: 2 },
    at: { found: 3, known: 3, withoutText: 0, different: 2 },
    act: { found: 3, known: 2, withoutText: 0, different: 1 },
  });
});

describe('JSON', () => {
  const nested = `
version: 1
source: test
rows:
  lists:
    - { path: messages, name: message, time: at }
    - { path: threads.posts, name: post, time: when.at }
ticket: { key: $.id, opened: $.born, tags: $.tags }
rules:
  - { when: { list: message }, do: { log: { template: '{text} of {$.id}' } } }
  - { when: { list: post }, do: { log: { column: 'fields[id=7].value' } } }
  - { when: { columns: { 'a\\.b': x } }, do: { log: { value: dot } } }`;
  const ticket = {
    id: 4,
    born: '2025-01-01T09:00',
    tags: ['x', null, 'y'],
    messages: [
      { at: '2025-01-01T10:03', text: 'third', 'a.b': 'x' },
      { at: '2025-01-01T10:01', text: 'first' },
    ],
    threads: [
      { posts: [{ when: { at: '2025-01-01T10:02' }, fields: [{ id: 6 }, { id: 7, value: true }] }] },
      { posts: [] },
      {},
    ],
  };
  it('rows are the elements of lists; $. leads from the ticket', async () => {
    const { told } = await tryMapping(nested, JSON.stringify(ticket), 'log.jsonl');
    expect(order(told)).toBe('first of 4 true third of 4 dot');
    expect(told[2]).toContain('{"tags":["x","y"]}');
  });
  it('a ticket without elements is a ticket', async () => {
    const { plan } = await tryMapping(nested, JSON.stringify({ id: 5, born: '2025-01-01T09:00' }), 'log.jsonl');
    expect(plan.eventsByType).toEqual({ TicketOpened: 1, TicketQueued: 1 });
  });
  it('one array of objects', async () => {
    const { plan } = await tryMapping(nested, JSON.stringify([ticket, { ...ticket, id: 6 }], null, 1), 'log.json');
    expect(plan.tickets).toBe(2);
  });
  it('lines that are no objects are rejected', async () => {
    const { rejections, plan } = await tryMapping(nested, `{"id":\n[]\n7\n${JSON.stringify(ticket)}`, 'log.jsonl');
    expect(rejections.map((one) => one.slice(0, 16))).toEqual([
      '1 is no JSON: Un',
      '2 is an array: f',
      '3 is no JSON obj',
    ]);
    expect(plan.tickets).toBe(1);
  });
});
