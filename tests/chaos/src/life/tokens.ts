import { setTimeout as pause } from 'node:timers/promises';
import { claimsOf, clientCredentials, type Credentials, type TokenSource } from '@guichet/client';

export interface Claims {
  readonly tenantId: string;
  readonly subject: string;
}

const issueWithinMs = 5_000;
const patienceMs = 60_000;
/** Often, so that the issuer is asked while it is killed. */
const renewAfterMs = 20_000;

/** Tokens as clients hold them: renewed now and then, and used on while the issuer is away. */
export class Tokens {
  private readonly sources = new Map<string, TokenSource>();

  constructor(
    private readonly baseUrl: string,
    private readonly client: Credentials,
    private readonly onFailure: (error: unknown) => void = () => {},
  ) {}

  /** @throws when there is none and the issuer does not answer within a minute */
  async of(tenant: string, role: string): Promise<string> {
    const source = this.sourceOf(tenant, role);
    for (const deadline = performance.now() + patienceMs; ;) {
      try {
        return await source.token();
      } catch (error) {
        this.onFailure(error);
        if (performance.now() > deadline) throw error;
        await pause(200);
      }
    }
  }

  async claims(tenant: string, role: string): Promise<Claims> {
    const { tenantId = '', subject } = claimsOf(await this.of(tenant, role));
    return { tenantId, subject };
  }

  private sourceOf(tenant: string, role: string): TokenSource {
    const name = `${tenant}/${role}`;
    const { baseUrl, client, onFailure } = this;
    const options = { ...client, baseUrl, tenant, roles: [role], timeoutMs: issueWithinMs, renewAfterMs, onFailure };
    const source = this.sources.get(name) ?? clientCredentials(options);
    this.sources.set(name, source);
    return source;
  }
}
