/** The operators' commands: `guichet <command> …`. */
import { ApiError } from '@guichet/client';
import { called, type Command, type ErrorRules, exitCodes, runProcess } from './command-line.js';

interface Loaded {
  readonly command: Command;
  readonly errors?: ErrorRules;
}
interface Entry {
  readonly does: string;
  /** Loaded when it is wanted: one command need not hold what the others are made of. */
  load(): Promise<Loaded>;
}

const commands = new Map<string, Entry>([
  ['articles', { does: 'bring articles in, or take them away', load: () => import('./articles/articles.command.js') }],
  [
    'bootstrap',
    { does: 'from started services to a first ticket', load: () => import('./bootstrap/bootstrap.command.js') },
  ],
  ['databases', { does: 'create the databases and roles', load: () => import('./setup/databases.command.js') }],
  ['demo', { does: 'bring in made-up tickets and articles', load: () => import('./setup/demo.command.js') }],
  ['import', { does: "bring in another system's log", load: () => import('./import/import.command.js') }],
  [
    'migrate',
    { does: "bring a service's database to this version", load: () => import('./migrate/migrate.command.js') },
  ],
  ['ops', { does: 'look at and mend what runs', load: () => import('./ops/ops.command.js') }],
  ['secrets', { does: 'make what is secret, once', load: () => import('./setup/secrets.command.js') }],
  [
    'token',
    { does: 'print an access token of the product on this machine', load: () => import('./token/token.command.js') },
  ],
]);

const listed = [...commands].map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`).join('\n');
const usage = `${called('<command>')} [options]\n\n${listed}\n\n--help after a command says more; --version says which Guichet this is.\n`;

const [name = '', ...argv] = process.argv.slice(2);
const entry = commands.get(name);
if (entry) {
  const { command, errors = {} } = await entry.load();
  const isExpected = (error: unknown) => error instanceof ApiError || errors.isExpected?.(error) === true;
  await runProcess(command, argv, { ...errors, isExpected });
} else {
  const isHelp = ['', 'help', '--help', '-h'].includes(name);
  process.exitCode = isHelp ? exitCodes.fine : exitCodes.usage;
  (isHelp ? process.stdout : process.stderr).write(isHelp ? usage : `There is no command ${name}.\n\n${usage}`);
}
