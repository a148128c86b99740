/** What a tenant needs before its first ticket: each thing is looked for, and made where it is missing. */
import { randomBytes } from 'node:crypto';
import { GuichetClient, Positions, Refused } from '@guichet/client';
import { UsageError } from '../command-line.js';
import type { Wanted } from './arguments.js';

/** `made`: by this run; otherwise it was there. */
export interface Made {
  readonly made: boolean;
}
export interface Tenant extends Made {
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
}
export interface Department extends Made {
  readonly departmentId: string;
  readonly name: string;
}
export interface Agent extends Made {
  /** As routing knows them: the `sub` of their tokens. */
  readonly agentId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}
export interface ServiceAccount extends Made {
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Undefined for one that was there: it was shown when the account was made. */
  readonly clientSecret: string | undefined;
}

const agentRoles = ['agent', 'supervisor', 'admin'] as const;
/** Everything that a program of the tenant may be. */
const accountRoles = ['requester', ...agentRoles, 'analyst', 'importer'] as const;

const isRefusal = (error: unknown, status: number): boolean => error instanceof Refused && error.status === status;

/** Somebody else may make it at the same time: then it is looked for once more. */
async function foundOrMade<T>(find: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T & Made> {
  const there = await find();
  if (there !== undefined) return { ...there, made: false };
  try {
    return { ...(await make()), made: true };
  } catch (error) {
    const now = isRefusal(error, 409) ? await find() : undefined;
    if (now === undefined) throw error;
    return { ...now, made: false };
  }
}

async function first<T>(items: AsyncIterable<T>, isIt: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (isIt(item)) return item;
  return undefined;
}

const all = { query: { limit: 200 } };

/** @throws UsageError for a tenant of this slug that is not the one that was asked for */
export async function tenantOf(operator: GuichetClient, { slug, name, timeZone }: Wanted['tenant']): Promise<Tenant> {
  type There = Omit<Tenant, 'made'>;
  const tenant = await foundOrMade<There>(
    () => first(operator.pages<There>('/identity/v1/tenants', all), (one) => one.slug === slug),
    () => {
      const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      return operator.post<There>('/identity/v1/tenants', { slug, name: name ?? slug, timeZone: zone });
    },
  );
  const differs = [
    ...(name !== undefined && name !== tenant.name ? [`it is called ${tenant.name}`] : []),
    ...(timeZone !== undefined && timeZone !== tenant.timeZone ? [`its time zone is ${tenant.timeZone}`] : []),
  ];
  if (differs.length === 0) return tenant;
  throw new UsageError(
    `The tenant ${slug} is there already: ${differs.join(', and ')}, which cannot be changed here. ` +
      'Leave out --tenant-name and --time-zone to go on with it, or take another --tenant.',
  );
}

/** Address and id of a department follow from its name, so that two runs at once make one. */
const departmentIdOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '') || 'first';

/** What an administrator of the tenant makes. */
export class Setup {
  private readonly seen = new Positions();

  constructor(
    private readonly admin: GuichetClient,
    private readonly slug: string,
  ) {}

  /** @throws UsageError for one that was retired */
  async department(name: string): Promise<Department> {
    type There = Omit<Department, 'made'> & { readonly successorId?: string | null };
    const departmentId = departmentIdOf(name);
    const { successorId, ...department } = await foundOrMade<There>(
      () =>
        first(
          this.admin.pages<There>('/routing/v1/departments', all),
          (one) => one.name === name || one.departmentId === departmentId,
        ),
      () => this.send<There>('/routing/v1/departments', { departmentId, name }),
    );
    if (successorId === undefined || successorId === null) return department;
    throw new UsageError(`The department ${department.name} was retired. Take another --department, or restore it.`);
  }

  /** @throws UsageError for somebody who is disabled */
  async agent({ email, name, subject }: Wanted['agent'], departmentId: string): Promise<Agent> {
    type Person = { userId: string; name: string; email: string; roles: readonly string[]; disabled: boolean };
    const person = await foundOrMade<Person>(
      () =>
        first(
          this.admin.pages<Person>('/identity/v1/people', all),
          (one) => one.email.toLowerCase() === email.toLowerCase(),
        ),
      () => this.send<Person>('/identity/v1/people', { email, name, roles: agentRoles, subject }),
    );
    if (person.disabled)
      throw new UsageError(`${email} is disabled. Enable them in identity, or take another --agent-email.`);
    const agentId = subject ?? person.userId;
    const { made } = await foundOrMade(
      () => this.unlessUnknown<{ agentId: string }>(`/routing/v1/agents/${encodeURIComponent(agentId)}`),
      () =>
        this.send<{ agentId: string }>('/routing/v1/agents', {
          agentId,
          name: person.name,
          departmentIds: [departmentId],
        }),
    );
    return { agentId, name: person.name, email: person.email, roles: person.roles, made: person.made || made };
  }

  async account(name: string): Promise<ServiceAccount> {
    type There = Omit<ServiceAccount, 'made'>;
    const clientId = `${this.slug}.${name}`;
    return foundOrMade<There>(
      async () => {
        const there = await first(
          this.admin.pages<There>('/identity/v1/clients', all),
          (one) => one.clientId === clientId,
        );
        return there && { clientId, roles: there.roles, clientSecret: undefined };
      },
      async () => {
        const { clientSecret } = await this.send<Registered>('/identity/v1/clients', { name, roles: accountRoles });
        // The first answer was lost on the way, and its secret with it.
        const again = () => this.send<Registered>(`/identity/v1/clients/${name}/secret`, {});
        return {
          clientId,
          roles: accountRoles,
          clientSecret: clientSecret ?? (await again()).clientSecret ?? undefined,
        };
      },
    );
  }

  /** As `Guichet-After` wants it. */
  get after(): string {
    return this.seen.toString();
  }

  private async send<T>(path: string, body: object): Promise<T> {
    const answer = await this.admin.send<T>('POST', path, body);
    this.seen.add(answer.position);
    return answer.body;
  }

  private async unlessUnknown<T>(path: string): Promise<T | undefined> {
    try {
      return await this.admin.get<T>(path);
    } catch (error) {
      if (isRefusal(error, 404)) return undefined;
      throw error;
    }
  }
}

interface Registered {
  readonly clientId: string;
  readonly clientSecret: string | null;
}

const temporary = /\.bootstrap-[0-9a-f]{8}$/;
const anHourMs = 3_600_000;

/**
 * Works as an administrator of the tenant: a service account that is registered for it and disabled afterwards, since
 * nobody knows whose account a second run could use. `close` disables it, and those of runs that were killed.
 */
export async function administratorOf(operator: GuichetClient, slug: string) {
  const name = `bootstrap-${randomBytes(4).toString('hex')}`;
  const account = { name, roles: ['admin'], tenant: slug };
  // Never repeated: the answer to a repetition has no secret.
  const once = { maxAttempts: 1 };
  const { clientId, clientSecret } = await operator.post<Registered>('/identity/v1/clients', account, once);
  if (clientSecret === null) throw new Error(`identity has told no secret of ${clientId}.`);
  const close = async (admin: GuichetClient): Promise<void> => {
    type Listed = { readonly clientId: string; readonly name: string; readonly registeredAt: string };
    const earlier: string[] = [];
    for await (const one of admin.pages<Listed>('/identity/v1/clients', all)) {
      if (temporary.test(one.clientId) && Date.parse(one.registeredAt) < Date.now() - anHourMs) earlier.push(one.name);
    }
    for (const left of [...earlier, name]) await admin.ask('DELETE', `/identity/v1/clients/${left}`);
  };
  return { clientId, clientSecret, close };
}
