/** Fills an installation with the demo's made-up tickets and articles, through its API. */
import { randomBytes } from 'node:crypto';
import { GuichetClient, type TokenSource } from '@guichet/client';
import { type DemoMark, type DemoPart, type Marks, seedDemo } from '@guichet/demo';
import { type Command, exitCodes, parseOptions, UsageError } from '../command-line.js';
import { connectionOf, dataDirOf } from '../connection.js';
import { SecretsFolder } from './secrets-folder.js';

const usage = `Creates the tenant demo with sixty days of made-up tickets and a knowledge base, and a service account that may look at everything.

  guichet demo --folder <folder>

  --folder   where the account's client id and secret are written, and how far the work has come
  --url      the product; default GUICHET_URL
  --help     this text

  Done as the client operator: GUICHET_CLIENT_ID, and GUICHET_CLIENT_SECRET or GUICHET_CLIENT_SECRET_FILE.
`;

const options = { folder: { type: 'string' }, url: { type: 'string' } } as const;

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Where {
  readonly url: string;
  readonly tokens: TokenSource;
  readonly folder: SecretsFolder;
}

interface Tenant {
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
}

export const command: Command = {
  usage,
  run: async (argv, { env, say, progress }) => {
    const { values } = parseOptions(argv, options);
    if (values.help === true) return (say(usage), exitCodes.fine);
    if (values.folder === undefined) throw new UsageError('Say where: --folder <folder>.');
    // The service's code only where it is needed: commands start faster without it.
    const { demoTenant } = await import('@guichet/identity');
    const folder = new SecretsFolder(values.folder);
    const operator = connectionOf({ url: values.url, token: undefined, dataDir: dataDirOf(env), env }, 'operator');
    const { baseUrl: url } = operator;
    const account =
      (await kept(folder)) ??
      (await newAccount({ url, tokens: operator.tokens({ roles: ['operator'] }), folder }, demoTenant));
    progress('The tickets of sixty days are told, and articles are published …');
    await seedDemo({ url, ...account, marks: marksIn(folder) });
    say(
      `The tenant ${demoTenant.slug} is there. Its service account: ${account.clientId}, secret ${account.clientSecret}`,
    );
    return exitCodes.fine;
  },
};

const accountFile = 'account.json';

async function kept(folder: SecretsFolder): Promise<Account | undefined> {
  const text = await folder.read(accountFile);
  return text === undefined ? undefined : (JSON.parse(text) as Account);
}

async function newAccount({ url: baseUrl, tokens, folder }: Where, tenant: Tenant): Promise<Account> {
  const client = new GuichetClient({ baseUrl, tokens, maxAttempts: 30, firstDelayMs: 1_000, maxDelayMs: 1_000 });
  const { slug, name, timeZone } = tenant;
  await client.send('POST', '/identity/v1/tenants', { slug, name, timeZone });
  // The secret is told once: where an earlier attempt could not write it down, another account takes its place.
  const body = {
    tenant: slug,
    name: `demo-${randomBytes(3).toString('hex')}`,
    roles: [
      ...(['requester', 'agent', 'supervisor', 'admin', 'analyst', 'importer'] as const),
      ...(['author', 'translator', 'editor', 'moderator'] as const),
    ],
  };
  const { clientId, clientSecret } = await client.post<Account>('/identity/v1/clients', body);
  await folder.write(accountFile, JSON.stringify({ clientId, clientSecret }), 'guichet');
  return { clientId, clientSecret };
}

const markFile = (part: DemoPart) => `${part}.json`;

const marksIn = (folder: SecretsFolder): Marks => ({
  read: async (part) => {
    const text = await folder.read(markFile(part));
    return text === undefined ? undefined : (JSON.parse(text) as DemoMark);
  },
  write: (part, mark) => folder.write(markFile(part), JSON.stringify(mark), 'guichet'),
});
