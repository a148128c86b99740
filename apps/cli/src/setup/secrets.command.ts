/** Makes what is secret in an installation of containers, once. */
import { randomBytes } from 'node:crypto';
import { type Command, exitCodes, parseOptions, UsageError } from '../command-line.js';
import { secretFiles } from './secret-files.js';
import { SecretsFolder } from './secrets-folder.js';

const usage = `Makes what is secret in an installation of containers, one file each. What is there already stays as it is.

  guichet secrets --folder <folder>

  --folder   where: a folder for each container, which reads nothing else
  --help     this text
`;

const options = { folder: { type: 'string' } } as const;

/** 256 bits, of letters, digits, - and _. */
const random = (): string => randomBytes(32).toString('base64url');

export const command: Command = {
  usage,
  run: async (argv, { say }) => {
    const { values } = parseOptions(argv, options);
    if (values.help === true) return (say(usage), exitCodes.fine);
    if (values.folder === undefined) throw new UsageError('Say where: --folder <folder>.');
    const made = await makeSecrets(new SecretsFolder(values.folder));
    say(made === 0 ? 'Every secret was there already.' : `${made} secrets made in ${values.folder}.`);
    return exitCodes.fine;
  },
};

/** Answers how many files were written. */
async function makeSecrets(folder: SecretsFolder): Promise<number> {
  const known = new Map<string, string>();
  for (const { path, secret } of secretFiles) {
    const kept = await folder.read(path);
    if (kept) known.set(secret, kept);
  }
  let made = 0;
  for (const { path, reader, secret } of secretFiles) {
    if (await folder.read(path)) continue;
    const text = known.get(secret) ?? random();
    known.set(secret, text);
    await folder.write(path, text, reader);
    made += 1;
  }
  return made;
}
