import { parseArguments, UsageError } from './arguments.js';

it('takes a file and a mapping; the rest has defaults', () =>
  expect(parseArguments(['log.csv', '--mapping', 'm.yaml'])).toMatchObject({
    ...{ file: 'log.csv', mapping: 'm.yaml', tenant: undefined, url: undefined },
    ...{ dryRun: false, restart: false, inFlight: 4 },
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
  ['no requests at once', ['log.csv', '--mapping', 'm.yaml', '--in-flight', '0'], /a number from 1 to 64/],
])('refuses %s', (_, args, message) => {
  expect(() => parseArguments(args)).toThrow(message);
  expect(() => parseArguments(args)).toThrow(UsageError);
});
