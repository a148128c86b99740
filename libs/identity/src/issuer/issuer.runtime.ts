import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import { mountIssuer, type RawHandler } from './mount.http.js';
import { removeExpired } from './oidc-adapter.store.js';
import { createProvider, type ProviderParts } from './provider.runtime.js';
import type { SigningKeyStore } from './signing-keys.store.js';

const lookAgainMs = 60_000;

/** Of an RSA key. */
const publicPart = ({ kty, kid, alg, use, n, e }: JWK): JWK => ({ kty, kid, alg, use, n, e });

/** Hands out access tokens: oidc-provider with the keys of the database, made anew when those have changed. */
export class Issuer {
  private readonly log = new Logger(Issuer.name);
  private handler: RawHandler | undefined;
  private keyIds = '';
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: ProviderParts,
    private readonly keys: SigningKeyStore,
  ) {}

  get isReady(): boolean {
    return this.handler !== undefined;
  }

  /** Before the host listens: routes cannot be added later. */
  mount(fastify: FastifyInstance): void {
    mountIssuer(fastify, '/identity', this.parts.options.issuer, () => {
      if (this.handler === undefined) throw new Error('The issuer has no keys yet.');
      return this.handler;
    });
  }

  async start(): Promise<void> {
    await this.refresh(new Date());
    this.timer = setInterval(() => {
      this.working = this.refresh(new Date()).catch((error: unknown) =>
        this.log.error('the signing keys could not be looked after; those at hand stay in use', error),
      );
    }, lookAgainMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  /** Rotates keys that are due and takes over what other replicas have rotated. */
  async refresh(now: Date): Promise<void> {
    const keys = await this.keys.upToDate(now);
    await removeExpired(this.parts.pool);
    const keyIds = [keys.current, ...keys.others].map(({ kid }) => kid).join();
    if (keyIds === this.keyIds) return;
    const callback = createProvider(this.parts, keys).callback();
    this.handler = (request, response) => callback(request, response);
    this.keyIds = keyIds;
    this.parts.options.onKeys?.({ keys: [keys.current, ...keys.others].map(publicPart) });
    this.log.log(`signing with key ${keys.current.kid}`);
  }
}
