/** `npm run ops`. */
import { resolve } from 'node:path';
import { type Command, type ErrorRules, exitCodes } from '../command-line.js';
import { connectionOf } from '../connection.js';
import { Api } from './api.js';
import { parseArguments } from './arguments.js';
import { commandNamed, usage } from './commands/index.js';

export const command: Command = {
  usage,
  run: async (argv, { env, isInteractive, say, progress }) => {
    const parsed = parseArguments(argv, env);
    if (!parsed) return (say(usage), exitCodes.fine);
    const options = { ...parsed.options, dataDir: resolve(parsed.options.dataDir) };
    const api = new Api(() => {
      const connection = connectionOf({ ...options, env }, 'operator');
      return { baseUrl: connection.baseUrl, tokens: connection.tokens({ roles: ['operator'] }) };
    });
    const shown = (text: string) => isInteractive && progress(text);
    const { data, text, isFine } = await commandNamed(parsed.command).run(
      { api, options, env, progress: shown },
      parsed.args,
    );
    say(options.json ? JSON.stringify(data, undefined, 2) : text);
    return isFine ? exitCodes.fine : exitCodes.failed;
  },
};

export const errors: ErrorRules = {
  isExpected: (error) => error instanceof Error && error.name === 'LocalPostgresError',
};
