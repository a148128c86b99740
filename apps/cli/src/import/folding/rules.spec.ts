import { afterOpening, tryMapping } from '../testing/try-mapping.js';

const base = (rest: string) => `
version: 1
source: test
missing: ['?']
times: { formats: [iso] }
rows: { time: at }
ticket: { key: id, requester: { value: ann } }
actor: { agent: who }
${rest}`;
const csv = (...lines: string[]) => ['id,at,who,act,more', ...lines].join('\n');
const at = (minute: number) => `2025-01-01T10:${String(minute).padStart(2, '0')}`;
const row = (minute: number, act: string, who = 'kim', more = '') => `1,${at(minute)},${who},${act},${more}`;
const events = async (rest: string, ...lines: string[]) => {
  const { told, rejections } = await tryMapping(base(rest), csv(...lines));
  return [...afterOpening(told), ...rejections.map((reason) => `REJECTED ${reason}`)];
};

describe('effects', () => {
  const doing = (effect: string, ...lines: string[]) => events(`rules: [{ do: ${effect} }]`, ...lines);

  it('assign: the actor or a column, once', async () => {
    expect(await doing('assign', row(1, 'a'), row(2, 'b'), row(3, 'c', 'lou'), row(4, 'd', '?'))).toEqual([
      '10:01 TicketAssigned {"agentId":"kim","departmentId":null} by agent kim',
      '10:03 TicketAssigned {"agentId":"lou","departmentId":null} by agent lou',
    ]);
    expect(await doing('{ assign: more }', row(1, 'a', 'kim', 'mo'), row(2, 'a', 'kim', '?'))).toEqual([
      '10:01 TicketAssigned {"agentId":"mo","departmentId":null} by agent kim',
    ]);
  });
  it('assign: never to a machine', async () => {
    expect(await events('bots: [kim]\nrules: [{ do: [assign, { assign: who }] }]', row(1, 'a'))).toEqual([]);
  });
  it('release: only what is assigned', async () =>
    expect(
      await events(
        'rules: [{ when: { columns: { act: go } }, do: assign }, { when: { columns: { act: let } }, do: release }]',
        row(1, 'let'),
        row(2, 'go'),
        row(3, 'let'),
        row(4, 'let'),
      ),
    ).toEqual([
      '10:02 TicketAssigned {"agentId":"kim","departmentId":null} by agent kim',
      '10:03 AssignmentReleased {"agentId":"kim"} by agent kim',
    ]));
  it('pause and resume: a wait for the same is one wait, another reason is another', async () =>
    expect(
      await events(
        'rules: [{ when: { columns: { act: wait } }, do: { pause: { reason: more } } }, { when: { columns: { act: go } }, do: resume }]',
        row(1, 'go'),
        row(2, 'wait'),
        row(3, 'wait'),
        row(4, 'wait', 'kim', 'third-party'),
        row(5, 'go'),
      ),
    ).toEqual([
      '10:02 TicketPaused {"reason":"requester"} by agent kim',
      '10:04 TicketResumed by agent kim',
      '10:04 TicketPaused {"reason":"third-party"} by agent kim',
      '10:05 TicketResumed by agent kim',
    ]));
  it('resolve: once; reopen and close: whenever they are told', async () =>
    expect(await doing('[resolve, resolve, close, close, reopen]', row(1, 'a'))).toEqual([
      '10:01 TicketResolved {"agentId":"kim","departmentId":null} by agent kim',
      '10:01 TicketClosed {"automatic":false} by agent kim',
      '10:01 TicketClosed {"automatic":false} by agent kim',
      '10:01 TicketReopened by agent kim',
    ]));
  it('a requester who reopens or closes does so in intake, and routing follows', async () =>
    expect(await events('rules: [{ do: [close, reopen], by: { requester: who } }]', row(1, 'a', 'ann'))).toEqual([
      '10:01 TicketClosedByRequester by requester ann',
      '10:01 TicketClosed {"automatic":false} by requester ann',
      '10:01 TicketReopenedByRequester by requester ann',
      '10:01 TicketReopened by requester ann',
    ]));
  it('log: an activity, with the time spent where it is known', async () =>
    expect(
      await doing('[{ log: act }, { log: { activity: act, seconds: more } }]', row(1, 'call', 'kim', '90.4')),
    ).toEqual([
      '10:01 ActivityLogged {"activity":"call"} by agent kim',
      '10:01 ActivityLogged {"activity":"call","seconds":90} by agent kim',
    ]));
  it('a time spent that is no number rejects the row', async () =>
    expect((await doing('{ log: { activity: act, seconds: more } }', row(1, 'call', 'kim', 'long')))[0]).toBe(
      'REJECTED 2 1 rules[0].do.log.seconds: "long" is no number of seconds',
    ));
  it('reply: by whom, says the actor', async () => {
    const speak = (actor: string) => `bots: [robo]\nactor: ${actor}\nrules: [{ do: { reply: { body: act } } }]`;
    const told = async (actor: string, who: string) =>
      (await tryMapping(base('').replace('actor: { agent: who }', speak(actor)), csv(row(1, 'hello', who)))).told.at(
        -1,
      );
    expect(await told('{ agent: who }', 'kim')).toMatch(
      /AgentReplied \{"replyId":"[0-9a-f-]{36}","body":"hello","agentId":"kim","automatic":false\} by agent kim/,
    );
    expect(await told('{ agent: who }', 'robo')).toMatch(/"automatic":true\} by bot robo/);
    expect(await told('{ requester: who }', 'ann')).toMatch(/RequesterReplied .*"body":"hello"\} by requester ann/);
  });
  it('a reply or a note by nobody rejects the row', async () => {
    expect(await doing('reply', row(1, 'a', '?'))).toEqual([
      'REJECTED 2 1 a reply, but the mapping’s actor finds nobody who wrote it',
    ]);
    expect(await doing('{ note: { body: act } }', row(1, 'a', '?'))).toHaveLength(1);
  });
  it('transfer, priority and tag: only what is new', async () =>
    expect(
      await doing(
        '[{ transfer: { to: act, reason: more } }, { priority: act }, { tag: [act, { value: x }] }]',
        row(1, 'b', 'kim', 'skill'),
        row(2, 'b'),
      ),
    ).toEqual([
      '10:01 TicketTransferred {"fromDepartmentId":null,"toDepartmentId":"b","reason":"skill"} by agent kim',
      '10:01 PriorityChanged {"from":"normal","to":"b"} by agent kim',
      '10:01 TicketTagged {"tags":["b","x"]} by agent kim',
    ]));
  it('spam, unspam, wrap-up and merge', async () => {
    expect(await doing('[spam, unspam, startWrapUp, completeWrapUp]', row(1, 'a'))).toEqual([
      '10:01 TicketMarkedSpam by agent kim',
      '10:01 TicketUnmarkedSpam by agent kim',
      '10:01 WrapUpStarted {"agentId":"kim"} by agent kim',
      '10:01 WrapUpCompleted {"agentId":"kim"} by agent kim',
    ]);
    const { events: all } = await tryMapping(
      base('rules: [{ do: { merge: more } }]'),
      csv(row(1, 'a', 'kim', '2'), `2,${at(2)},kim,b,`),
    );
    const other = all.find(({ type, data }) => type === 'TicketOpened' && data['number'] === '2');
    expect(all.find(({ type }) => type === 'TicketMerged')?.data['intoTicketId']).toBe(other?.data['ticketId']);
  });
  it('long texts are cut to what the contracts take', async () => {
    const { events: all } = await tryMapping(
      base('rules: [{ do: [{ log: act }, { reply: { body: act } }] }]'),
      csv(row(1, 'x'.repeat(200_000))),
    );
    const texts = all.map(({ data }) => (data['activity'] ?? data['body'] ?? '') as string);
    expect(texts.map((text) => text.length)).toEqual([0, 0, 300, 100_000]);
  });
});

describe('conditions', () => {
  const logged = async (when: string, ...lines: string[]) =>
    (await events(`rules: [{ when: ${when}, do: { log: act } }]`, ...lines)).map((event) => event.slice(0, 5));
  const three = [row(1, 'a', 'kim', 'x'), row(2, 'b', 'lou'), row(3, 'c', 'kim', 'y')];
  it.each([
    ['{ columns: { act: b } }', ['10:02']],
    ['{ columns: { act: [a, c] } }', ['10:01', '10:03']],
    ['{ columns: { act: { not: [a, c] } } }', ['10:02']],
    ['{ columns: { more: { not: x } } }', ['10:02', '10:03']],
    ['{ columns: { more: { known: true } } }', ['10:01', '10:03']],
    ['{ columns: { more: { known: false } } }', ['10:02']],
    ['{ columns: { act: { matches: "^[bc]$" } } }', ['10:02', '10:03']],
    ['{ columns: { who: { changed: true } } }', ['10:02', '10:03']],
    ['{ columns: { who: { changed: false } } }', ['10:01']],
    ['{ columns: { more: { changed: true } } }', ['10:03']],
    ['{ columns: { more: { was: x }, act: { is: c } } }', ['10:03']],
    ['{ first: true }', ['10:01']],
    ['{ last: true }', ['10:03']],
    ['{ any: [{ first: true }, { columns: { act: c } }] }', ['10:01', '10:03']],
    ['{ not: { first: true } }', ['10:02', '10:03']],
    ['{ columns: { act: b, who: kim } }', []],
  ])('%s', async (when, rows) => expect(await logged(when, ...three)).toEqual(rows));

  it('state and assigned are as the rules above left them', async () =>
    expect(
      await events(
        `rules:
  - { when: { state: open, columns: { act: b } }, do: resolve }
  - { when: { state: resolved }, do: { log: { value: done } } }
  - { when: { assigned: false, columns: { act: c } }, do: assign }
  - { when: { assigned: true }, do: { log: { value: has } } }`,
        ...three,
      ),
    ).toEqual([
      '10:02 TicketResolved {"agentId":"lou","departmentId":null} by agent lou',
      '10:02 ActivityLogged {"activity":"done"} by agent lou',
      '10:03 ActivityLogged {"activity":"done"} by agent kim',
      '10:03 TicketAssigned {"agentId":"kim","departmentId":null} by agent kim',
      '10:03 ActivityLogged {"activity":"has"} by agent kim',
    ]));
});
