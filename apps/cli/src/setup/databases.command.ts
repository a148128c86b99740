/** Creates the services' databases and roles on a server, and writes down how each service reaches its own. */
import { type ServiceName, serviceNames, services } from '@guichet/contracts';
import { provisionDatabase } from '@guichet/event-sourcing';
import { type Command, exitCodes, parseOptions, UsageError } from '../command-line.js';
import { databaseFiles } from './secret-files.js';
import { SecretsFolder } from './secrets-folder.js';

const usage = `Creates the database of each service and its two roles on a PostgreSQL server, where they are missing.

  guichet databases --folder <folder> --server <host:port>

  --folder   the folder of \`guichet secrets\`: the server's password is read there, and the services' URLs are written there
  --server   the server, as the services reach it
  --help     this text

  The roles' passwords follow from the server's password, and stay the same.
`;

const options = { folder: { type: 'string' }, server: { type: 'string' } } as const;

export const command: Command = {
  usage,
  run: async (argv, { say }) => {
    const { values } = parseOptions(argv, options);
    if (values.help === true) return (say(usage), exitCodes.fine);
    const { folder: path, server } = values;
    if (path === undefined) throw new UsageError('Say where the secrets are: --folder <folder>.');
    if (server === undefined || !/^[^\s:/@]+:\d{1,5}$/.test(server))
      throw new UsageError('Say where the server is: --server <host:port>.');
    const folder = new SecretsFolder(path);
    const password = await folder.read('postgres/password');
    if (!password) throw new UsageError(`There is no password in ${path}/postgres: run \`guichet secrets\` first.`);
    const adminUrl = `postgres://postgres:${encodeURIComponent(password)}@${server}/postgres`;
    for (const service of serviceNames) await provide(service, adminUrl, folder);
    say(`The databases are there: ${serviceNames.map((name) => services[name].database).join(', ')}.`);
    return exitCodes.fine;
  },
};

async function provide(service: ServiceName, adminUrl: string, folder: SecretsFolder): Promise<void> {
  const { appUrl, ownerUrl } = await provisionDatabase({ adminUrl, database: services[service].database });
  const { app, owner } = databaseFiles(service);
  await folder.write(app, appUrl, 'guichet');
  await folder.write(owner, ownerUrl, 'guichet');
}
