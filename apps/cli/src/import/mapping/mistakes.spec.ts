import { compileMapping } from './compile.js';
import { parseMapping } from './load-mapping.js';
import { MappingError } from './mistakes.js';

const sound = `
version: 1
source: test
rows: { time: at }
ticket: { key: id }
`;

function mistakesOf(text: string): string[] {
  try {
    compileMapping(parseMapping(text, 'm.yaml'), 'm.yaml');
    return [];
  } catch (error) {
    if (error instanceof MappingError) return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

it('a sound mapping has none', () => expect(mistakesOf(sound)).toEqual([]));

it.each([
  ['an unknown field', `${sound}rulez: []`, ': "rulez" is not known here; did you mean "rules"?'],
  [
    'an unknown field further down',
    sound.replace('key: id', 'key: id, chanel: c'),
    'ticket: "chanel" is not known here; did you mean "channel"?',
  ],
  ['a missing field', sound.replace('key: id', 'number: id'), 'ticket: "key" is missing'],
  ['no ticket', 'version: 1\nsource: x', ': "ticket" is missing'],
  ['nothing at all', '', ': must be object, is null'],
  ['another version', sound.replace('1', '2'), 'version: must be 1, is 2'],
  [
    'a source with blanks',
    sound.replace('test', 'My log'),
    'source: "My log" must match ^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$',
  ],
  ['a wrong type', sound.replace('time: at', 'time: [at]'), 'rows.time: must be object, is ["at"]'],
  [
    'an unknown effect',
    `${sound}rules: [{ do: resolv }]`,
    'rules[0].do: "resolv" is none of assign, release, pause, resume, resolve, reopen, close, spam, unspam, startWrapUp, completeWrapUp, reply; did you mean "resolve"?',
  ],
  [
    'an unknown effect in a list',
    `${sound}rules: [{ do: [resolve, { transfr: { to: x } }] }]`,
    'rules[0].do[1]: "transfr" is not known here; did you mean "transfer"?',
  ],
  [
    'two effects in one',
    `${sound}rules: [{ do: { assign: a, priority: b } }]`,
    'rules[0].do: must NOT have more than 1 properties',
  ],
  [
    'an unknown state',
    `${sound}rules: [{ when: { state: done }, do: close }]`,
    'rules[0].when.state: "done" is none of open, paused, resolved, closed',
  ],
  [
    'an unknown test',
    `${sound}rules: [{ when: { columns: { act: { iz: x } } }, do: close }]`,
    'rules[0].when.columns.act: "iz" is not known here; did you mean "is"?',
  ],
  ['an actor of two kinds', `${sound}actor: { agent: a, bot: b }`, 'actor: needs exactly one of agent, requester, bot'],
  [
    'a wrong regular expression',
    `${sound}rules: [{ when: { columns: { act: { matches: '(' } } }, do: close }]`,
    'rules[0].when.columns["act"].matches: Invalid regular expression: /(/u: Unterminated group',
  ],
  ['a wrong format of times', `${sound}times: { formats: [QQ] }`, 'times.formats[0]: "Q" in "QQ" is no part of a time'],
  [
    'an unknown zone',
    `${sound}times: { zone: Mars/Olympus }`,
    'times.zone: "Mars/Olympus" is no time zone; write an IANA name such as Europe/Paris',
  ],
  [
    'a format in the letters of others',
    `${sound}times: { formats: [iso, YYYY-MM-DD HH:mm] }`,
    'times.formats[1]: "Y" in "YYYY-MM-DD HH:mm" is no part of a time; did you mean yyyy-MM-dd HH:mm?',
  ],
  [
    'a format of strftime',
    `${sound}times: { formats: ['%d/%m/%Y %H:%M'] }`,
    'times.formats[0]: "Y" in "%d/%m/%Y %H:%M" is no part of a time; did you mean dd/MM/yyyy HH:mm?',
  ],
  [
    'an abbreviated zone',
    `${sound}times: { zone: CEST }`,
    'times.zone: "CEST" is an abbreviation, which leaves summer time open; write an IANA name such as Europe/Paris',
  ],
  [
    'a city',
    sound.replace('time: at', 'time: { column: at, zone: paris }'),
    'rows.time.zone: "paris" is no time zone; write an IANA name such as Europe/Paris',
  ],
  [
    'a wrong format of one time',
    sound.replace('time: at', 'time: { column: at, format: unixseconds }'),
    'rows.time.format: "u" in "unixseconds" is no part of a time; did you mean unix-seconds?',
  ],
  [
    'hours to 12 without their half',
    `${sound}times: { formats: [d/M/yyyy hh:mm] }`,
    'times.formats[0]: "d/M/yyyy hh:mm" counts hours to 12 without saying which half: add a, or write H for hours to 23',
  ],
  [
    'hours to 23 with AM and PM',
    `${sound}times: { formats: [d/M/yyyy HH:mm a] }`,
    'times.formats[0]: "d/M/yyyy HH:mm a" counts hours to 23 beside AM and PM: write h instead of H',
  ],
  [
    'formats that read the same as different days',
    `${sound}times: { formats: [M/d/yyyy, d/M/yyyy] }`,
    'times.formats: M/d/yyyy and d/M/yyyy read the same texts as different days: one file has one of them',
  ],
  [
    'a list that is not there',
    `${sound}rules: [{ when: { list: mesages }, do: close }]`.replace(
      'time: at',
      'time: at, lists: [{ path: messages }]',
    ),
    'rules[0].when.list: there is no list "mesages"; rows.lists has messages',
  ],
  ['an unknown encoding', `${sound}file: { encoding: ansi2 }`, 'file.encoding: The "ansi2" encoding is not supported'],
  [
    'keep where rows have times',
    sound.replace('time: at', 'time: at, keep: last'),
    'rows.keep: is for files where a row is a whole ticket; here rows have times',
  ],
  [
    'no times at all',
    sound.replace('rows: { time: at }', ''),
    'ticket.opened: nothing says when things happened: give rows.time or ticket.opened',
  ],
  [
    'rules without times',
    'version: 1\nsource: x\nticket: { key: id, opened: o }\nrules: [{ do: close }]',
    'rows.time: is missing: rules and state need to know when a row happened',
  ],
  [
    'lists in CSV',
    `${sound}file: { format: csv }`.replace('time: at', 'time: at, lists: [{ path: a }]'),
    'rows.lists: a CSV file has no nested lists',
  ],
])('%s', (_, text, mistake) => expect(mistakesOf(text)).toContain(mistake));

it('are told all at once', () =>
  expect(mistakesOf('version: 1\nsource: X Y\nticket: {}\nactor: { who: x }').length).toBeGreaterThanOrEqual(3));

it('in YAML are told with their place', () =>
  expect(mistakesOf('version: 1\n source: x')[0]).toMatch(/line 1, column 10/));
