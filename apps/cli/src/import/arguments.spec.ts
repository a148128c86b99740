import { UsageError } from '../command-line.js';
import { parseArguments } from './arguments.js';

it('takes a file and a mapping; the rest has defaults', () =>
  expect(parseArguments(['log.csv', '--mapping', 'm.yaml'])).toMatchObject({
    ...{ file: 'log.csv', mapping: 'm.yaml', tenant: undefined, url: undefined },
    ...{ dryRun: false, restart: false, inFlight: 4, maxRejectedPercent: 5, wait: undefined },
  }));
it('asks for nothing when help is wanted', () => expect(parseArguments(['-h'])).toBeUndefined());
it.each([
  ['no file', ['--mapping', 'm.yaml'], /Which file\?/],
  ['no mapping', ['log.csv'], /Which mapping\?/],
  ['two files', ['a.csv', 'b.csv', '--mapping', 'm.yaml'], /what is "b.csv"\?/],
  ['an unknown option', ['log.csv', '--mapping', 'm.yaml', '--fast'], /--fast/],
  ['an option without its value', ['log.csv', '--mapping'], /--mapping/],
  ['an impossible tenant', ['log.csv', '--mapping', 'm.yaml', '--tenant', 'My Company'], /--tenant My Company/],
  ['an impossible address', ['log.csv', '--mapping', 'm.yaml', '--url', 'here'], /--url here/],
  [
    'an option that is nearly right',
    ['log.csv', '--maping', 'm.yaml'],
    /There is no option --maping; did you mean --mapping\?/,
  ],
  [
    'an impossible share',
    ['log.csv', '--mapping', 'm.yaml', '--max-rejected', '5%'],
    /--max-rejected 5%: a number from 0 to 100/,
  ],
  [
    'an abbreviated zone',
    ['log.csv', '--mapping', 'm.yaml', '--time-zone', 'CET'],
    /--time-zone: "CET" is an abbreviation/,
  ],
  ['no requests at once', ['log.csv', '--mapping', 'm.yaml', '--in-flight', '0'], /a number from 1 to 64/],
])('refuses %s', (_, args, message) => {
  expect(() => parseArguments(args)).toThrow(message);
  expect(() => parseArguments(args)).toThrow(UsageError);
});

it('knows where options go that npm took for itself', () =>
  expect(() => parseArguments(['log.csv', 'm.yaml'], { npm_config_mapping: 'true' })).toThrow(/npm took the options/));
it('waits or not, where that is said', () => {
  const wait = (...args: string[]) => parseArguments(['log.csv', '--mapping', 'm.yaml', ...args])?.wait;
  expect([wait('--wait'), wait('--no-wait')]).toEqual([true, false]);
});
