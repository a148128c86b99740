import { Logger } from '@nestjs/common';
import type { LimitSettings, PlatformSettings } from '@guichet/config';
import type { Metrics } from '@guichet/observability';
import type { FastifyRequest } from 'fastify';

const consequence =
  'All who send no access token through it share one allowance: a flood of one of them is refused for all of them.';

/**
 * What to say at the start of a host that a gateway may stand before, which TRUSTED_PROXIES does not name; undefined
 * where there is nothing to say.
 */
export function gatewayWarning({
  host,
  trustedProxies,
}: Pick<LimitSettings, 'trustedProxies'> & Pick<PlatformSettings, 'host'>): string | undefined {
  if (trustedProxies.length > 0 || /^(?:127\.|::1$|localhost$)/.test(host)) return undefined;
  return `TRUSTED_PROXIES is not set. Set it to the address of the gateway, if there is one. ${consequence}`;
}

/** Notices gateways that say for whom they ask, and are not believed. */
export class Gateways {
  private readonly log = new Logger(Gateways.name);
  private readonly disbelieved;
  private hasWarned = false;

  constructor(settings: Parameters<typeof gatewayWarning>[0], metrics: Metrics) {
    this.disbelieved = metrics.counter(
      'guichet_requests_disbelieved_total',
      'Requests whose X-Forwarded-For was not believed, because TRUSTED_PROXIES does not name who sent it',
    );
    const warning = gatewayWarning(settings);
    if (warning !== undefined) this.log.warn(warning);
  }

  look({ headers, ip, socket }: FastifyRequest): void {
    if (headers['x-forwarded-for'] === undefined || ip !== socket.remoteAddress) return;
    this.disbelieved.inc();
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.log.warn(`A gateway at ${ip} sends X-Forwarded-For, and TRUSTED_PROXIES does not name it. ${consequence}`);
  }
}
