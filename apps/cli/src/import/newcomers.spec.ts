/** What people get wrong who have the documentation and a file: each is said, at its place, with what to do. */
import { tryMapping } from './testing/try-mapping.js';

const base = (more = '', ticket = 'key: id') => `
version: 1
source: test
times: { zone: UTC }
rows: { time: at }
ticket: { ${ticket} }
${more}`;
const finish = 'rules: [{ do: resolve }]';
const perTicket = (ticket: string, more = '') =>
  `version: 1\nsource: test\ntimes: { zone: UTC }\nticket: { ${ticket} }\n${more}`;

const findings = async (mapping: string, file: string, name?: string) =>
  (await tryMapping(mapping, file, name)).findings;

it('nothing is said where nothing is wrong', async () =>
  expect(await findings(base(finish), 'id,at\n1,2025-01-01\n2,2025-01-02\n')).toEqual([]));

describe('paths that match nothing', () => {
  const json = (...tickets: object[]) => tickets.map((ticket) => JSON.stringify(ticket)).join('\n');
  const ticket = {
    id: 1,
    createdAt: '2025-01-01T10:00',
    requester: { id: 7, email: 'a@example.org' },
    comments: [{ at: '2025-01-01T11:00', text: 'x' }],
  };
  const mapping = (lists: string, more = '', opened = '$.created_at') => `
version: 1
source: test
times: { zone: UTC }
rows: { lists: [${lists}] }
ticket: { key: $.id, opened: ${opened} }
${more}`;
  const comments = '{ path: comments, time: at }';

  it('a field of the ticket', async () =>
    expect(await findings(mapping(comments), json(ticket), 'log.jsonl')).toContain(
      `error ticket.opened: "$.created_at" matches nothing in any row (of 1); the file has $.createdAt; if that may be, say optional: ['$.created_at']`,
    ));
  it('a field of the ticket that is looked for in the element', async () =>
    expect(await findings(mapping(comments, '', 'createdAt'), json(ticket), 'log.jsonl')).toContain(
      `error ticket.opened: "createdAt" matches nothing in any row (of 1); the file has $.createdAt; if that may be, say optional: ['createdAt']`,
    ));
  it('a list', async () =>
    expect(await findings(mapping(`${comments}, { path: coments, time: at }`), json(ticket), 'log.jsonl')).toContain(
      'error rows.lists[1].path: "coments" is in no row (of 1); the file has comments; if that may be, say optional: true',
    ));
  it('an object where a text is wanted', async () =>
    expect(await findings(mapping(comments, 'actor: { requester: $.requester }'), json(ticket), 'log.jsonl')).toContain(
      'error actor.requester: "$.requester" is no text but an object, in one row; the file has $.requester.id, $.requester.email',
    ));
  it('what may be missing is said to be', async () => {
    const optional = mapping(`${comments}, { path: calls, time: at, optional: true }`, "optional: ['$.created_at']");
    expect((await findings(optional, json(ticket), 'log.jsonl')).filter((one) => one.startsWith('error'))).toEqual([]);
  });
  it('an optional column of a CSV file', async () => {
    const { told } = await tryMapping(
      base('optional: [subject]', 'key: id, subject: subject'),
      'id,at\n1,2025-01-01\n',
    );
    expect(told[0]).toContain('"subject":"Ticket 1"');
  });
  it('a column that is always empty', async () =>
    expect(await findings(base(finish, 'key: id, requester: who'), 'id,at,who\n1,2025-01-01,\n')).toContain(
      'warning ticket.requester: "who" has no value in any row (of 1)',
    ));
  it('a wrapped array is named', async () => {
    const wrapped = JSON.stringify({ pages: [1], tickets: [ticket], next: null });
    await expect(findings(mapping(comments), wrapped, 'log.json')).rejects.toThrow('say file: { path: tickets }');
    const { plan } = await tryMapping(
      `${mapping(comments, '', '$.createdAt')}file: { path: tickets }`,
      wrapped,
      'log.json',
    );
    expect(plan.tickets).toBe(1);
  });
  it('ids of many digits stay apart', async () => {
    const big = (id: string) => JSON.stringify({ ...ticket, id: 'BIG' }).replace('"BIG"', id);
    const file = [big('12345678901234567890'), big('12345678901234567891')].join('\n');
    expect((await tryMapping(mapping(comments, '', '$.createdAt'), file, 'log.jsonl')).plan.tickets).toBe(2);
  });
});

describe('rejected rows', () => {
  it('are counted by their reasons, with what to do', async () => {
    const { kinds, findings: said } = await tryMapping(
      base(finish),
      'id,at\n1,13/01/2025 10:00\n1,14/01/2025 10:00\n,2025-01-01\n3,NULL\n',
    );
    expect(kinds.map(({ reason, rows, hint }) => [reason, rows, hint])).toEqual([
      ['rows.time: no time of the form iso', 3, '"13/01/2025 10:00" would be read by d/M/yyyy H:mm; see times.formats'],
      ['the row has no ticket key', 1, undefined],
    ]);
    expect(said).toContain(
      'error --max-rejected: 4 of 4 rows (100.0%) are rejected, more than 5%; the reasons are below',
    );
  });
  it.each([
    ['0001-01-01 00:00', 'if "0001-01-01 00:00" stands for nothing, say missing: [\'0001-01-01 00:00\']'],
    ['1900-01-00', 'see times.formats, and missing for what stands for nothing'],
    ['N/A', 'if "N/A" stands for nothing, say missing: [\'N/A\']'],
    ['45123.5', '"45123.5" would be read by excel; see times.formats'],
    ['3/14/2025 2:05 PM', '"3/14/2025 2:05 PM" would be read by M/d/yyyy h:mm a; see times.formats'],
  ])('a time such as %s', async (text, hint) =>
    expect((await tryMapping(base(finish), `id,at\n1,${text}\n`)).kinds[0]?.hint).toBe(hint),
  );
  it('milliseconds that are read as seconds', async () => {
    const mapping = base(finish).replace('time: at', 'time: { column: at, format: unix-seconds }');
    const [kind] = (await tryMapping(mapping, 'id,at\n1,1746425400123\n')).kinds;
    expect(kind).toMatchObject({
      reason: 'rows.time: outside the years 1970 to 2199',
      hint: 'format: unix-milliseconds',
    });
  });
  it.each([
    ['1,5', "decimal: ','", 5_400, "unit: hours, decimal: ','"],
    ['1:30', 'unit: clock', 5_400, 'unit: clock'],
    ['1.250,5', "decimal: ','", 1_251, "decimal: ','"],
    ['1,250', "decimal: ','", 1_250, 'unit: seconds'],
  ])('a time spent of %s', async (text, hint, seconds, says) => {
    const log = (value: string) => base(`rules: [{ do: { log: { activity: { value: work }, seconds: ${value} } } }]`);
    const file = `id,at,spent\n1,2025-01-01,"${text}"\n`;
    const [kind] = (await tryMapping(log('spent'), file)).kinds;
    if (kind) expect(kind.hint).toContain(hint);
    const { told } = await tryMapping(log(`{ column: spent, ${says} }`), file);
    expect(told.at(-1)).toContain(`"seconds":${seconds}`);
  });
});

describe('times', () => {
  it('without a zone are told by both readings', async () => {
    const said = await findings(base(finish).replace('times: { zone: UTC }', ''), 'id,at\n1,2025-07-01 10:00\n');
    expect(said).toEqual([
      expect.stringMatching(
        /^warning times.zone: is not given, and times carry no offset: "2025-07-01 10:00" \(rows.time\) is read as 2025-07-01T10:00:00Z. By the clock of \S+ it would be 2025-/,
      ),
    ]);
    expect(await findings(base(finish).replace('times: { zone: UTC }', ''), 'id,at\n1,2025-07-01T10:00Z\n')).toEqual(
      [],
    );
  });
  it('whose day and month nothing tells apart', async () => {
    const mapping = base(finish).replace('zone: UTC', 'zone: UTC, formats: [d/M/yyyy]');
    expect(await findings(mapping, 'id,at\n1,3/4/2025\n')).toEqual([
      'warning times.formats: no day is above 12, so nothing tells day and month apart: "3/4/2025" (rows.time) is read by d/M/yyyy as 2025-04-03. By M/d/yyyy it would be 2025-03-04',
    ]);
    expect(await findings(mapping, 'id,at\n1,3/4/2025\n1,14/4/2025\n')).toEqual([]);
  });
  it('in the future, long ago, before the opening', async () => {
    const file = 'id,at,born\n1,2031-01-01,2025-01-01\n2,1975-01-01,1975-01-01\n3,2025-01-01,2025-02-02\n';
    expect(await findings(base(finish, 'key: id, opened: born'), file)).toEqual([
      'warning ticket.opened: in one ticket something happens before the opening, such as ticket "3": opened 2025-02-02T00:00:00.000Z, TicketResolved 2025-01-01T00:00:00.000Z',
      'warning times: in one ticket something lies in the future, such as ticket "1": TicketResolved 2031-01-01T00:00:00.000Z',
      'warning times: in one ticket something lies before 1990, such as ticket "2": TicketOpened 1975-01-01T00:00:00.000Z; a time that stands for nothing belongs under missing',
    ]);
  });
});

describe('keys', () => {
  it('that merge different tickets', async () => {
    const file = 'id,at,who\n1,2025-01-01,ann\n1,2025-01-02,bob\n2,2025-01-01,cy\n';
    expect(await findings(base(finish, 'key: id, requester: who'), file)).toEqual([
      'warning ticket.key: in one ticket of 2 the rows differ in ticket.requester, such as ticket "1": line 2 "ann", line 3 "bob". If these are several tickets, the key is wrong; if not, the first value counts',
    ]);
  });
  it('that stand twice where a row is a whole ticket', async () => {
    const mapping = perTicket('key: id, opened: at, subject: s', 'moments: [{ at: at, do: resolve }]');
    const file = 'id,at,s\n1,2025-01-01,a\n2,2025-01-01,b\n1,2025-01-05,c\n';
    const { findings: said, rejections, plan } = await tryMapping(mapping, file);
    expect(said[0]).toMatch(/^error --max-rejected: 2 of 3 rows/);
    expect(said[1]).toMatch(
      /^error ticket.key: the key of one ticket stands in several rows that differ.*rows: \{ keep: last \}/,
    );
    expect(rejections[0]).toContain(
      'the key stands in 2 rows that differ in at: line 2 "2025-01-01", line 4 "2025-01-05"',
    );
    expect(plan.tickets).toBe(1);
    const last = await tryMapping(`${mapping}\nrows: { keep: last }`, file);
    expect(last.findings).toEqual([]);
    expect(
      last.told.filter((event) => event.includes('TicketOpened')).map((event) => /"subject":"(.)"/.exec(event)?.[1]),
    ).toEqual(['c', 'b']);
  });
  it('of a file given twice over', async () => {
    const rows = '1,2025-01-01\n2,2025-01-02\n';
    const { findings: said, staged } = await tryMapping(base(finish), `id,at\n${rows}${rows}`);
    expect(staged.duplicates).toBe(2);
    expect(said).toEqual([
      'warning rows.duplicates: exact duplicates count as often as they are there: 2 rows. duplicates: drop leaves them out, duplicates: keep says that they are meant',
    ]);
  });
});

describe('rules and values that never happen', () => {
  it('a value in other letters', async () =>
    expect(
      await findings(
        base('rules: [{ when: { columns: { act: Close } }, do: resolve }, { do: close }]'),
        'id,at,act\n1,2025-01-01,close\n',
      ),
    ).toEqual([
      'warning rules[0]: never holds: nothing happens by it',
      'warning rules[0].when.columns["act"]: "Close" never occurs in act, but "close" does',
    ]));
  it('a state in other letters', async () =>
    expect(
      await findings(
        base('state: { column: s, values: { Solved: resolved, New: open } }'),
        'id,at,s\n1,2025-01-01,New\n1,2025-01-02,solved\n',
      ),
    ).toContain('warning state.values: "Solved" never occurs in s, but "solved" does'));
  it('a log in which nothing ends', async () =>
    expect(await findings(base(), 'id,at\n1,2025-01-01\n2,2025-01-01\n')).toEqual([
      'warning rules: no ticket is resolved or closed: the backlog will only grow',
    ]));
  it('everything ignored', async () =>
    expect(
      (
        await findings(
          base('').replace('time: at', 'time: at, ignore: { columns: { id: { known: true } } }'),
          'id,at\n1,2025-01-01\n',
        )
      )[0],
    ).toBe('error rows.ignore: leaves out all rows (1)'));
  it('numbers as they are written', async () => {
    const { told } = await tryMapping(
      base('rules: [{ when: { columns: { code: [007, 1.10] } }, do: resolve }]'),
      'id,at,code\n1,2025-01-01,007\n2,2025-01-01,1.10\n3,2025-01-01,7\n',
    );
    expect(told.filter((event) => event.includes('TicketResolved'))).toHaveLength(2);
  });
});

describe('files', () => {
  it('without rows', async () =>
    expect((await findings(base(finish), 'id,at\n'))[0]).toBe('error file: the file has no rows'));
  it('with another delimiter', async () =>
    expect(findings(base(finish), 'id;at\n1;2025-01-01\n')).rejects.toThrow(
      `file.delimiter: the header is one column, "id;at"; write delimiter: ";"`,
    ));
  it('without a header', async () =>
    expect(findings(base(finish), '1,2025-01-01\n2,2025-01-02\n')).rejects.toThrow(
      'file.header: the first line, 1, 2025-01-01, looks like a row: say header: false, or header: [the names]',
    ));
  it('with quotes behind backslashes', async () => {
    const file = 'id,at,text\n1,2025-01-01,"a \\"b\\" \\\\"\n';
    const text = (more: string) => base(`${finish}\nfile: { ${more} }`, 'key: id, body: text');
    expect((await tryMapping(text('format: csv'), file)).kinds[0]?.hint).toBe("say file: { escape: '\\' }");
    expect((await tryMapping(text("escape: '\\'"), file)).told[0]).toContain(
      JSON.stringify({ body: 'a "b" \\' }).slice(1, -1),
    );
  });
  it.each([
    ['[{"id":1},\n{"id":2}]', 'the file is one JSON array: say file.format: json'],
    ['{\n"id":1\n}\n', 'the objects of the file span several lines'],
  ])('JSON that is not one object a line: %j', async (text, message) =>
    expect(findings(base(finish), text, 'log.jsonl')).rejects.toThrow(message),
  );
  it('that a spreadsheet has put empty rows and columns around', async () => {
    const { staged } = await tryMapping(base(finish), 'id,at\n1,2025-01-01,,\n,\n,,,\n');
    expect(staged).toMatchObject({ read: 1, staged: 1, rejected: 0 });
  });
  it('with line ends within a field', async () => {
    const { told } = await tryMapping(base(finish, 'key: id, body: text'), 'id,at,text\r\n1,2025-01-01,"a\r\nb"\r\n');
    expect(told[0]).toContain('"body":"a\\r\\nb"');
  });
  it('of another encoding', async () => {
    expect(await findings(base(finish, 'key: id, subject: s'), 'id,at,s\n1,2025-01-01,ZoÃ«\n')).toEqual([
      'warning file.encoding: such text as "Ã©", in one row: UTF-8 that was read as something else',
    ]);
  });
  it('with words for nothing', async () =>
    expect(await findings(base(finish, 'key: id, requester: who'), 'id,at,who\n1,2025-01-01,NULL\n')).toEqual([
      `warning missing: "NULL" stands in who (one row) and counts as a value; if it stands for nothing, say missing: ['NULL']`,
    ]));
});

describe('who did it', () => {
  it('the author of a message is the requester where both are the same', async () => {
    const mapping = base(
      `actor:
  - when: { columns: { author: { sameAs: who } } }
    requester: author
  - agent: author
rules: [{ do: reply }]`,
      'key: id, requester: who',
    );
    const { told } = await tryMapping(mapping, 'id,at,who,author\n1,2025-01-01,ann,ann\n1,2025-01-02,ann,kim\n');
    expect(told.map((event) => /^\S+ (\w+).* by (.*)/.exec(event)?.slice(1))).toEqual([
      ['TicketOpened', 'requester ann'],
      undefined,
      ['RequesterReplied', 'requester ann'],
      ['AgentReplied', 'agent kim'],
    ]);
  });
  it('a note does not make its author an agent', async () => {
    const { plan } = await tryMapping(
      base('actor: { requester: who }\nrules: [{ do: { note: { body: text } } }]', 'key: id, requester: who'),
      'id,at,who,text\n1,2025-01-01,ann,hm\n',
    );
    expect(plan.agents).toEqual([]);
  });
  it('machines are counted', async () => {
    const { plan } = await tryMapping(
      base('actor: { agent: who }\nbots: [robo]\nrules: [{ do: reply }]'),
      'id,at,who\n1,2025-01-01,robo\n1,2025-01-02,kim\n',
    );
    expect(plan.eventsByActor).toMatchObject({ bot: 1, agent: 1 });
    expect(plan.agents.map(({ agentId, events }) => [agentId, events])).toEqual([['kim', 1]]);
  });
});

describe('states that are not named', () => {
  const mapping = (unnamed: string) => base(`state: { column: s, values: { New: open, Solved: resolved }${unnamed} }`);
  const file = 'id,at,s\n1,2025-01-01,New\n1,2025-01-02,Done\n1,2025-01-03,New\n';
  const types = async (unnamed: string) =>
    (await tryMapping(mapping(unnamed), file)).told.slice(2).map((event) => event.split(' ')[1]);
  it.each([
    ['', []],
    [', unnamed: resolved', ['TicketResolved', 'TicketReopened']],
    [', unnamed: { paused: requester }', ['TicketPaused', 'TicketResumed']],
  ])('with %j', async (unnamed, expected) => expect(await types(unnamed)).toEqual(expected));
  it('are rejected where that is wanted', async () =>
    expect((await tryMapping(mapping(', unnamed: reject'), file)).rejections).toEqual([
      '3 1 state.values: "Done" is not named',
    ]));
});

it('what a person looks at: final states, reopenings, who works most', async () => {
  const { plan } = await tryMapping(
    base(
      'actor: { agent: who }\nstate: { column: s, values: { n: open, w: { paused: requester }, r: resolved, c: closed } }',
    ),
    [
      'id,at,who,s',
      ...['1,2025-01-01,a,n', '1,2025-01-02,a,r', '1,2025-01-03,b,n', '1,2025-01-04,a,r', '1,2025-01-05,a,c'],
      ...['2,2025-01-01,b,n', '2,2025-01-02,b,w', '3,2025-01-02,b,n', '4,2025-01-02,b,r'],
    ].join('\n'),
  );
  expect(plan).toMatchObject({
    finalStates: { closed: 1, paused: 1, open: 1, resolved: 1 },
    ...{ reopenings: 1, reopenedTickets: 1, firstAt: '2025-01-01T00:00:00.000Z', lastAt: '2025-01-05T00:00:00.000Z' },
  });
});
