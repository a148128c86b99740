import { afterOpening, tryMapping } from '../testing/try-mapping.js';

const mapping = (rest: string, ticket = '') => `
version: 1
source: test
missing: ['?']
rows: { time: at }
ticket: { key: id, ${ticket} }
actor: { agent: who }
${rest}`;
const csv = (header: string, ...lines: string[]) =>
  [`id,at,who,${header}`, ...lines.map((line, index) => `1,2025-01-01T10:0${index + 1},kim,${line}`)].join('\n');

describe('a ticket', () => {
  it('opens with its first row and with what is known then', async () => {
    const text = mapping(
      '',
      'number: { template: "#{id}" }, subject: s, requester: r, channel: c, device: d, department: g, priority: p',
    );
    const { told } = await tryMapping(
      text,
      csv('s,r,c,d,g,p', 'Hi,?,email,mobile,?,?', 'Later,bob,phone,mobile,desk,high'),
    );
    expect(told.slice(0, 2)).toEqual([
      // The requester is the first who is known; department and priority are those of the beginning.
      '10:01 TicketOpened {"number":"#1","requesterId":"bob","subject":"Hi","channel":"email","device":"mobile","locale":"und"} by requester bob',
      '10:01 TicketQueued {"departmentId":null,"priority":"normal"}',
    ]);
  });
  it('says so where nothing is known', async () => {
    const { told } = await tryMapping(mapping(''), csv('x', ''));
    expect(told).toEqual([
      '10:01 TicketOpened {"number":"1","requesterId":"unknown","subject":"Ticket 1","channel":"other","device":"unknown","locale":"und"}',
      '10:01 TicketQueued {"departmentId":null,"priority":"normal"}',
    ]);
  });
  it('may be opened by a machine', async () => {
    const { told } = await tryMapping(mapping('bots: { matches: ^mon- }', 'requester: r'), csv('r', 'mon-7'));
    expect(told[0]).toMatch(/ by bot mon-7$/);
  });
  it('with an impossible device is rejected, row by row', async () => {
    const { events, rejections } = await tryMapping(mapping('', 'device: d'), csv('d', 'fridge', 'fridge'));
    expect(events).toEqual([]);
    expect(rejections).toEqual(
      [2, 3].map(
        (line) =>
          `${line} 1 the whole ticket: ticket.device: "fridge" is none of desktop, mobile, tablet, bot, unknown`,
      ),
    );
  });
});

describe('followed columns', () => {
  it('make transfers, changes of priority and tags, and skip what is missing', async () => {
    const text = mapping('', 'department: g, priority: p, tags: [{ template: "t:{t}" }, { column: l, split: ";" }]');
    const { told } = await tryMapping(
      text,
      csv('g,p,t,l', '?,?,a,', 'desk,high,a,', '?,?,?,', 'lab,high,b,x; y', 'lab,low,b,y;x'),
    );
    expect(told.slice(1)).toEqual([
      '10:01 TicketQueued {"departmentId":null,"priority":"normal"}',
      '10:01 TicketTagged {"tags":["t:a"]}',
      '10:02 TicketTransferred {"fromDepartmentId":null,"toDepartmentId":"desk","reason":"not recorded"} by agent kim',
      '10:02 PriorityChanged {"from":"normal","to":"high"} by agent kim',
      '10:04 TicketTransferred {"fromDepartmentId":"desk","toDepartmentId":"lab","reason":"not recorded"} by agent kim',
      '10:04 TicketTagged {"tags":["t:b","x","y"]} by agent kim',
      '10:05 PriorityChanged {"from":"high","to":"low"} by agent kim',
    ]);
  });
});

describe('a state column', () => {
  const state = (effects = '') => `
state:
  column: s
  values: { New: open, Work: open, Wait: { paused: vendor }, Hold: paused, Done: resolved, Shut: closed, End: finished, '-1': ignored }
  ${effects}`;
  const told = async (text: string, ...states: string[]) =>
    afterOpening((await tryMapping(mapping(text), csv('s', ...states))).told).map((event) =>
      event.replace(/ by agent kim$/, ''),
    );

  it('tells of waits', async () =>
    expect(await told(state(), 'New', 'Wait', '-1', 'Wait', 'Hold', 'Work')).toEqual([
      '10:02 TicketPaused {"reason":"vendor"}',
      '10:05 TicketResumed',
      '10:05 TicketPaused {"reason":"requester"}',
      '10:06 TicketResumed',
    ]));
  it('tells of solutions, closing and reopening', async () =>
    expect(await told(state(), 'Wait', 'Done', 'Done', '-1', 'Shut', 'Work', 'End')).toEqual(
      [
        '10:01 TicketPaused {"reason":"vendor"}',
        '10:02 TicketResumed',
        '10:02 TicketResolved {"departmentId":null}',
        '10:05 TicketClosed {"automatic":false}',
        '10:06 TicketReopened',
        '10:07 TicketResolved {"departmentId":null}',
        '10:07 TicketClosed {"automatic":false}',
      ].map((event) => event.replace('{"departmentId":null}', '{"agentId":"kim","departmentId":null}')),
    ));
  it('closed from open is closed unresolved', async () =>
    expect(await told(state(), 'New', 'Shut')).toEqual(['10:02 TicketClosed {"automatic":false}']));
  it('makes only the events it is asked for', async () =>
    expect(await told(state('effects: [reopen]'), 'Wait', 'Done', 'Work', 'Shut')).toEqual(['10:03 TicketReopened']));
  it('counts values it does not know and changes nothing for them', async () => {
    const { unmapped, told: all } = await tryMapping(mapping(state()), csv('s', 'New', 'Odd', 'Odd'));
    expect(Object.fromEntries(unmapped.get('state.values')!)).toEqual({ Odd: 4 });
    expect(all).toHaveLength(2);
  });
});

describe('moments', () => {
  const text = (moments: string) => `
version: 1
source: test
missing: ['?']
rows: { time: at }
ticket: { key: id, opened: born }
moments: ${moments}
rules: [{ do: { log: s } }]`;
  const log = (born: string, solved: string, ...minutes: number[]) =>
    [
      'id,at,s,born,solved',
      ...minutes.map(
        (minute) =>
          `1,2025-01-01T10:0${minute},m${minute},2025-01-01T10:0${born},${solved && `2025-01-01T10:0${solved}`}`,
      ),
    ].join('\n');
  const told = async (moments: string, file: string) =>
    (await tryMapping(text(moments), file)).told.map((event) =>
      event.replace(/ \{.*/, (data) => (/"m\d"/.exec(data)?.[0] ?? '') && ` ${/m\d/.exec(data)![0]}`),
    );

  it('stand among the rows at their own times, after those of the same instant', async () =>
    expect(await told('[{ at: solved, do: resolve }]', log('0', '2', 1, 2, 3))).toEqual([
      '10:00 TicketOpened',
      '10:00 TicketQueued',
      '10:01 ActivityLogged m1',
      '10:02 ActivityLogged m2',
      '10:02 TicketResolved',
      '10:03 ActivityLogged m3',
    ]));
  it('or before them', async () =>
    expect((await told('[{ at: solved, do: resolve, tie: before }]', log('0', '2', 1, 2))).slice(2)).toEqual([
      '10:01 ActivityLogged m1',
      '10:02 TicketResolved',
      '10:02 ActivityLogged m2',
    ]));
  it('of the same instant keep the order of the mapping', async () =>
    expect((await told('[{ at: solved, do: resolve }, { at: solved, do: close }]', log('0', '9', 1))).slice(3)).toEqual(
      ['10:09 TicketResolved', '10:09 TicketClosed'],
    ));
  it('that are missing do not happen', async () =>
    expect(await told('[{ at: solved, do: resolve }]', log('0', '', 1))).toHaveLength(3));
  it('a row may be earlier than the opening: the ticket still opens first', async () =>
    expect(await told('[]', log('5', '', 1))).toEqual([
      '10:05 TicketOpened',
      '10:05 TicketQueued',
      '10:01 ActivityLogged m1',
    ]));
  it('that cannot be read are rejected, the rest goes on', async () => {
    const { told: all, rejections } = await tryMapping(
      text('[{ at: solved, do: resolve }]'),
      'id,at,s,born,solved\n1,2025-01-01T10:01,a,2025-01-01T10:00,soon',
    );
    expect(all).toHaveLength(3);
    expect(rejections[0]).toBe('2 1 moments[0].at: "soon" is no time of the form iso');
  });
});
