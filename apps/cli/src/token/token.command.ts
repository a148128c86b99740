/** Prints an access token of the Guichet that runs on this machine. */
import { clientCredentials, Refused } from '@guichet/client';
import { called, type Command, exitCodes, parseOptions, UsageError } from '../command-line.js';
import { addressIn, dataDirOf } from '../connection.js';

const usage = `Prints an access token of the Guichet that runs on this machine, for curl and scripts.

  ${called('token', 'npm run -s')} --tenant <slug> --role <role> [--role <role> ...] [--person <e-mail or id>]

  --tenant   the tenant's slug; default demo
  --role     reader, requester, agent, author, translator, editor, supervisor, admin, analyst, importer,
             operator or service; default agent
  --person   whose token: somebody of the tenant; by default whoever has the role in the demo
  --help     this text

  The running demo is found by its data folder: GUICHET_DATA_DIR, default .guichet
`;

const options = {
  tenant: { type: 'string' },
  role: { type: 'string', multiple: true },
  person: { type: 'string' },
} as const;

export const command: Command = {
  usage,
  run: async (argv, { env, say, signal }) => {
    const { values, positionals } = parseOptions(argv, options);
    if (values.help === true) return (say(usage), exitCodes.fine);
    if (positionals.length > 0) throw new UsageError(`What is "${positionals[0]}"? --help lists the options.`);
    const dataDir = dataDirOf(env);
    const address = addressIn(dataDir);
    if (!address)
      throw new UsageError(
        `Nothing runs on ${dataDir}: start the demo first (npm start), or set GUICHET_DATA_DIR to the data folder of the one that runs.`,
      );
    const { tenant = 'demo', role: roles = ['agent'], person } = values;
    const { clientId, clientSecret, url: baseUrl } = address;
    const grant = { tenant, roles, ...(person === undefined ? {} : { person }) };
    try {
      say(await clientCredentials({ clientId, clientSecret, baseUrl, ...grant }).token(signal));
      return exitCodes.fine;
    } catch (error) {
      if (error instanceof Refused && error.status === 400) throw new UsageError(`No token: ${error.detail}.`);
      throw error;
    }
  },
};
