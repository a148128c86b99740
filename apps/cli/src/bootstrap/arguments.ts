/** The command line of `guichet bootstrap`. */
import { called, numberOption, parseOptions, urlOption, UsageError } from '../command-line.js';

export interface Wanted {
  /** `name` and `timeZone` are undefined where nobody asked for any: what is there already is right then. */
  readonly tenant: { readonly slug: string; readonly name: string | undefined; readonly timeZone: string | undefined };
  readonly department: string;
  readonly agent: { readonly email: string; readonly name: string; readonly subject: string | undefined };
  /** The name of the service account within its tenant. */
  readonly client: string;
  readonly firstTicket: boolean;
}

export interface Arguments extends Wanted {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly json: boolean;
  /** How long what is away may take to come. */
  readonly waitSeconds: number;
}

export const usage = `Brings started services to a first ticket: a tenant, a department, an agent, and a service account to sign in with.

  ${called('bootstrap')} [options]

  --tenant <slug>         part of addresses and sign-ins, cannot be changed (default: main)
  --tenant-name <name>    as people read it (default: the slug)
  --time-zone <zone>      of its days and months, such as Europe/Paris (default: the one of this machine)
  --department <name>     the first department (default: Support)
  --agent-email <e-mail>  an agent of it, who also supervises and administrates (default: agent@<slug>.example)
  --agent-name <name>     (default: First agent)
  --agent-subject <sub>   the agent's "sub", where another issuer than identity signs people's tokens
  --client <name>         the service account: programs sign in with it (default: helpdesk)
  --first-ticket          opens a ticket as well, and waits until it is in the queue and in the figures
  --wait <seconds>        how long what is away may take to come (default 60)
  --url <base>            where Guichet listens (default: GUICHET_URL, else the all-in-one of GUICHET_DATA_DIR)
  --token <token>         access token with the role operator (default: GUICHET_TOKEN)
  --json                  what is there and what was made as JSON, for programs
  --help                  this text

Without a token it signs in as the client "operator": with IDENTITY_OPERATOR_SECRET (or IDENTITY_OPERATOR_SECRET_FILE), as identity
has it, or with the secrets of the all-in-one beside it.

Run again, it makes what is missing and leaves the rest as it is. The secret of the service account is shown once, when it is made.

Exit code 0: done; 1: failed, run it again; 2: the command is wrong, or what is there contradicts it.
`;

const options = {
  tenant: { type: 'string' },
  'tenant-name': { type: 'string' },
  'time-zone': { type: 'string' },
  department: { type: 'string' },
  'agent-email': { type: 'string' },
  'agent-name': { type: 'string' },
  'agent-subject': { type: 'string' },
  client: { type: 'string' },
  'first-ticket': { type: 'boolean' },
  wait: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const longestWaitSeconds = 3_600;

/** @throws UsageError; undefined when only help was asked for */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const { values, positionals } = parseOptions(argv, options);
  if (values.help === true) return undefined;
  if (positionals.length > 0) throw new UsageError(`What is "${positionals[0]}"? --help lists the options.`);
  const slug = slugOption('tenant', values.tenant ?? 'main');
  return {
    tenant: { slug, name: values['tenant-name'], timeZone: zoneOption(values['time-zone']) },
    department: lineOption('department', values.department ?? 'Support'),
    agent: {
      email: values['agent-email'] ?? `agent@${slug}.example`,
      name: lineOption('agent-name', values['agent-name'] ?? 'First agent'),
      subject: values['agent-subject'],
    },
    client: slugOption('client', values.client ?? 'helpdesk'),
    firstTicket: values['first-ticket'] === true,
    waitSeconds: numberOption('wait', values.wait, 60, 0, longestWaitSeconds),
    ...{ url: urlOption('url', values.url), token: values.token, json: values.json === true },
  };
}

function slugOption(name: string, text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(`--${name} ${text}: at most 40 lower case letters, digits and inner hyphens`);
}

function lineOption(name: string, text: string): string {
  if (text.trim() !== '' && text.length <= 200) return text;
  throw new UsageError(`--${name} "${text}": a text of 1 to 200 characters`);
}

function zoneOption(zone: string | undefined): string | undefined {
  if (zone === undefined || Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC') return zone;
  throw new UsageError(`--time-zone ${zone} is no time zone such as Europe/Paris`);
}
