/** All commands, by name. */
import { called, UsageError } from '../../command-line.js';
import { type Command } from '../command.js';
import { backupCommands } from './backup.js';
import { feedCommands } from './feed.js';
import { parkedCommands } from './parked.js';
import { projectionCommands } from './projections.js';
import { statusCommand } from './status.js';
import { verifyCommands } from './verify.js';

const groups: readonly (readonly [title: string, commands: Readonly<Record<string, Command>>])[] = [
  ['Looking', { status: statusCommand }],
  ['Projections', { ...projectionCommands, ...verifyCommands }],
  ['Parked streams', parkedCommands],
  ['Feeds', feedCommands],
  ['The all-in-one on its own database', backupCommands],
];
const commands = new Map(groups.flatMap(([, group]) => Object.entries(group)));

/** @throws UsageError */
export function commandNamed(name: string): Command {
  const command = commands.get(name);
  if (command) return command;
  throw new UsageError(`There is no command ${name}. One of ${[...commands.keys()].join(', ')}; --help says more.`);
}

export const commandNames: readonly string[] = [...commands.keys()];

const listed = groups
  .map(([title, group]) => {
    const lines = Object.entries(group).map(([name, { takes, does }]) => `  ${`${name} ${takes}`.padEnd(42)} ${does}`);
    return [`${title}:`, ...lines].join('\n');
  })
  .join('\n\n');

export const usage = `What operators do to Guichet. docs/operations.md says when.

  ${called('ops')} <command> [arguments] [options]

${listed}

Options:
  --json               the result as JSON, for scripts
  --url <base>         where Guichet listens (default: GUICHET_URL, else the all-in-one of the data folder)
  --token <token>      access token with the role operator (default: GUICHET_TOKEN, else the all-in-one's)
  --data <folder>      the all-in-one's data folder (default: GUICHET_DATA_DIR, else .guichet)
  --max-lag <seconds>  status: a lag above it is something to look at (default 60)
  --no-swap            rebuild: leave the new tables beside the live ones
  --search             resume: first pass over what does not fit, for a source that is being republished
  --tenant <id>        show-parked, replay, discard: whose stream, where several have one of this id
  --yes                discard: do it
  --help               this text

Exit code 0: fine; 1: something has to be looked at, or failed; 2: the command is wrong.
`;
