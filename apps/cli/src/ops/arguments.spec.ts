import { parseArguments } from './arguments.js';
import { UsageError } from '../command-line.js';
import { commandNamed, usage } from './commands/index.js';

it('takes a command, its arguments and options anywhere', () =>
  expect(parseArguments(['--json', 'rebuild', 'routing', '--no-swap', 'ticket'], {})).toEqual({
    command: 'rebuild',
    args: ['routing', 'ticket'],
    options: {
      ...{ url: undefined, token: undefined, dataDir: '.guichet', json: true, maxLagSeconds: 60 },
      ...{ swap: false, search: false, yes: false, tenantId: undefined },
    },
  }));
it('takes the data folder of the environment, unless one is named', () => {
  const env = { GUICHET_DATA_DIR: '/srv/guichet' };
  expect(parseArguments(['status'], env)?.options.dataDir).toBe('/srv/guichet');
  expect(parseArguments(['status', '--data', '/other'], env)?.options.dataDir).toBe('/other');
});
it.each([[[]], [['help']], [['--help']], [['status', '-h']]])('asks for nothing with %j', (argv) =>
  expect(parseArguments(argv, {})).toBeUndefined(),
);
it.each([
  ['an unknown option', ['status', '--fast'], /--fast/],
  ['an impossible address', ['status', '--url', 'here'], /--url here/],
  ['a negative lag', ['status', '--max-lag=-1'], /--max-lag/],
  ['a tenant that is named by its slug', ['replay', 'routing', 'ticket-1', '--tenant', 'acme'], /--tenant acme/],
  ['an option without its value', ['status', '--token'], /--token/],
])('refuses %s', (_, argv, message) => {
  expect(() => parseArguments(argv, {})).toThrow(message);
  expect(() => parseArguments(argv, {})).toThrow(UsageError);
});
it('knows its commands', () => {
  expect(() => commandNamed('frobnicate')).toThrow(/One of status, .*restore/);
  expect(usage).toContain(`  verify ${commandNamed('verify').takes}`);
});
