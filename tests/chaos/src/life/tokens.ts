import { setTimeout as pause } from 'node:timers/promises';

/** Asks the issuer for one token. */
export type Issue = (tenant: string, role: string, signal?: AbortSignal) => Promise<string>;

export interface Claims {
  readonly tenantId: string;
  readonly subject: string;
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
}

const issueWithinMs = 5_000;
const patienceMs = 60_000;

/** Tokens as clients hold them: renewed now and then, and used on while the issuer is away. */
export class Tokens {
  private readonly held = new Map<string, Held>();
  private readonly asking = new Map<string, Promise<string>>();

  constructor(
    private readonly issue: Issue,
    private readonly renewMs = 20_000,
    private readonly onFailure: (error: unknown) => void = () => {},
  ) {}

  /** @throws when there is none and the issuer does not answer within a minute */
  async of(tenant: string, role: string): Promise<string> {
    const name = `${tenant}/${role}`;
    const held = this.held.get(name);
    if (held && held.renewAtMs > performance.now()) return held.token;
    let asking = this.asking.get(name);
    if (!asking) {
      asking = this.ask(tenant, role, held).finally(() => this.asking.delete(name));
      this.asking.set(name, asking);
    }
    return asking;
  }

  async claims(tenant: string, role: string): Promise<Claims> {
    const [, payload = ''] = (await this.of(tenant, role)).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { tenant?: string; sub: string };
    return { tenantId: claims.tenant ?? '', subject: claims.sub };
  }

  private async ask(tenant: string, role: string, held: Held | undefined): Promise<string> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        const token = await this.issue(tenant, role, AbortSignal.timeout(issueWithinMs));
        this.held.set(`${tenant}/${role}`, { token, renewAtMs: performance.now() + this.renewMs });
        return token;
      } catch (error) {
        this.onFailure(error);
        if (held) {
          // Still good for minutes: ask again soon, without keeping anybody waiting.
          this.held.set(`${tenant}/${role}`, { ...held, renewAtMs: performance.now() + 500 });
          return held.token;
        }
        if (performance.now() > deadline) throw error;
        await pause(200);
      }
    }
  }
}
