/** `guichet bootstrap`: from started services to a first ticket. */
import { clientCredentials } from '@guichet/client';
import { type Command, type ErrorRules, exitCodes } from '../command-line.js';
import { type Arguments, parseArguments, usage } from './arguments.js';
import { type FirstTicket, firstTicket } from './first-ticket.js';
import { Away, mustBeThere, operatorOf, patient } from './operator.js';
import {
  administratorOf,
  type Agent,
  type Department,
  type ServiceAccount,
  Setup,
  type Tenant,
  tenantOf,
} from './tenant.js';

interface Result {
  readonly url: string;
  readonly tenant: Tenant;
  readonly department: Department;
  readonly agent: Agent;
  readonly client: ServiceAccount;
  readonly ticket?: FirstTicket;
}

export const command: Command = {
  usage,
  run: async (argv, { env, say, progress, signal }) => {
    const args = parseArguments(argv);
    if (!args) return (say(usage), exitCodes.fine);
    const operator = operatorOf(args, env);
    const { baseUrl } = operator;
    progress(`Looking for the services at ${baseUrl}`);
    await mustBeThere(operator, args.waitSeconds, signal);
    const asOperator = patient(baseUrl, operator.tokens);
    const tenant = await tenantOf(asOperator, args.tenant);
    const account = await administratorOf(asOperator, tenant.slug);
    const { clientId, clientSecret } = account;
    const admin = patient(baseUrl, clientCredentials({ clientId, clientSecret, baseUrl }));
    try {
      const setup = new Setup(admin, tenant.slug);
      const department = await setup.department(args.department);
      const agent = await setup.agent(args.agent, department.departmentId);
      const client = await setup.account(args.client);
      const made = { url: baseUrl, tenant, department, agent, client };
      // Said before the proof: a secret is shown once, and the proof may fail.
      if (!args.json) say(describe(made));
      progress('Waiting for the first ticket in the queue and in the figures');
      const proof = await proofOf(args, () => firstTicket(admin, department, client, args.waitSeconds));
      if (args.json) say(JSON.stringify({ ...made, ...(proof.ticket && { ticket: proof.ticket }) }, undefined, 2));
      else if (proof.ticket) say(describeTicket(proof.ticket));
      if (proof.error !== undefined) throw proof.error;
    } finally {
      await account.close(admin);
    }
    return exitCodes.fine;
  },
};

/** An error is held back until what was made has been said. */
async function proofOf(
  { firstTicket: isWanted }: Arguments,
  prove: () => Promise<FirstTicket>,
): Promise<{ ticket?: FirstTicket; error?: Error }> {
  try {
    return isWanted ? { ticket: await prove() } : {};
  } catch (error) {
    return { error: error as Error };
  }
}

export const errors: ErrorRules = {
  isUsage: (error) => error instanceof Error && error.name === 'ConfigurationError',
  isExpected: (error) => error instanceof Away,
};

function describe({ url, tenant, department, agent, client }: Result): string {
  const line = ({ made }: { made: boolean }, what: string, words: string) =>
    `  ${made ? 'made ' : 'there'}  ${what.padEnd(16)} ${words}`;
  return [
    `Guichet at ${url}`,
    line(tenant, 'tenant', `${tenant.slug}: ${tenant.name}, days of ${tenant.timeZone}`),
    line(department, 'department', `${department.departmentId}: ${department.name}`),
    line(agent, 'agent', `${agent.name} <${agent.email}>: ${agent.roles.join(', ')}`),
    line(client, 'service account', `${client.clientId}: ${client.roles.join(', ')}`),
    '',
    ...signIn(url, client),
  ].join('\n');
}

function signIn(url: string, { clientId, clientSecret }: ServiceAccount): string[] {
  if (clientSecret === undefined)
    return [
      `The secret of ${clientId} was shown when it was made. If it is lost, --client <name> makes another account.`,
    ];
  return [
    'The sign-in of the service account. The secret is not shown again:',
    `  GUICHET_CLIENT_ID=${clientId}`,
    `  GUICHET_CLIENT_SECRET=${clientSecret}`,
    'A token for curl and scripts is the access_token that this answers:',
    `  curl -u "$GUICHET_CLIENT_ID:$GUICHET_CLIENT_SECRET" -d grant_type=client_credentials ${url}/identity/token`,
  ];
}

const describeTicket = ({ number, made, addresses }: FirstTicket): string =>
  [
    '',
    `The first ticket, ${number}, ${made ? 'waits in its queue and is counted' : 'was opened before and is counted'}:`,
    `  ${addresses.ticket}`,
    `  ${addresses.queue}`,
    `  ${addresses.kpi}`,
  ].join('\n');
