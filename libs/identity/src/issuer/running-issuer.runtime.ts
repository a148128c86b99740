import { services } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import { DescribedRoutes } from '@guichet/http-host';
import { type Companion, SERVICE_SETTINGS } from '@guichet/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { seedDemo } from '../demo/seed-demo.js';
import type { IdentityOptions } from '../identity.settings.js';
import { Secrets } from '../secrets.js';
import { Profiles } from '../user/profiles.store.js';
import { Accounts } from './accounts.store.js';
import { issuerDocument } from './issuer-document.http.js';
import { Issuer } from './issuer.runtime.js';
import { SigningKeyStore } from './signing-keys.store.js';

const defaultTokenSeconds = 300;
const defaultRotationDays = 30;

/** The issuer, for as long as the service runs; in demo mode with the demo's people. */
@Injectable()
export class RunningIssuer implements Companion, OnModuleInit {
  private readonly issuer: Issuer;

  constructor(
    @Inject(SERVICE_SETTINGS) private readonly options: IdentityOptions,
    pool: pg.Pool,
    private readonly events: EventStore,
    private readonly profiles: Profiles,
    secrets: Secrets,
    private readonly adapterHost: HttpAdapterHost,
    private readonly described: DescribedRoutes,
  ) {
    const { tokenSeconds = defaultTokenSeconds, keyRotationDays = defaultRotationDays } = options;
    const accounts = new Accounts(events, profiles, secrets, options);
    const keys = new SigningKeyStore(pool, secrets, { tokenSeconds, rotationSeconds: keyRotationDays * 86_400 });
    this.issuer = new Issuer({ options, pool, accounts, secrets, tokenSeconds }, keys);
  }

  onModuleInit(): void {
    this.issuer.mount(this.adapterHost.httpAdapter.getInstance<FastifyInstance>());
    this.described.add(services.identity.name, issuerDocument);
  }

  async start(): Promise<void> {
    await this.issuer.start();
    if (this.options.demo !== undefined) await seedDemo(this.events, this.profiles, new Date().toISOString());
  }

  stop(): Promise<void> {
    return this.issuer.stop();
  }

  notReady(): string | undefined {
    return this.issuer.isReady ? undefined : 'no signing keys yet';
  }
}
