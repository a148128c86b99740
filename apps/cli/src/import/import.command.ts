/** `npm run import`. */
import { ApiError } from '@guichet/client';
import { type Command, type ErrorRules, exitCodes, Interrupted } from '../command-line.js';
import { parseArguments, usage } from './arguments.js';
import { runImport } from './importer.js';
import { MappingError, UnreadableFile } from './mapping/mistakes.js';
import { accessTo } from './sending/destination.js';

export const command: Command = {
  usage,
  run: async (argv, terminal) => {
    const { env, say, signal } = terminal;
    const args = parseArguments(argv, env);
    if (!args) return (say(usage), exitCodes.fine);
    const { tenant: slug, url, token } = args;
    try {
      const { exitCode } = await runImport(
        args,
        (source) => accessTo({ slug, source, url, token, env }, signal),
        terminal,
      );
      return exitCode;
    } catch (error) {
      if (signal.aborted) throw new Interrupted('Interrupted. Run the same command again to go on.', { cause: error });
      if (error instanceof ApiError) say('What was sent is safe. Run the same command again to go on.');
      throw error;
    }
  },
};

export const errors: ErrorRules = {
  isUsage: (error) => error instanceof MappingError || error instanceof UnreadableFile,
};
