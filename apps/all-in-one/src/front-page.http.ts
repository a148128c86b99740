import { type EveryService, type ServiceName, serviceNames } from '@guichet/contracts';
import { build } from '@guichet/observability';
import type { FastifyInstance } from 'fastify';
import { frontPageHtml, frontPageStyle } from './front-page.js';

/** What each service is for, in a few words. */
export const purposes: EveryService<string> = {
  identity: 'Tenants, people, service accounts and access tokens',
  intake: 'Tickets as requesters open, follow and close them',
  routing: 'Queues, claims, transfers and replies: the work of agents',
  knowledge: 'Articles that answer questions, in every language',
  community: 'Forums in which customers answer one another',
  analytics: 'Figures, and the tickets and events behind each',
};

const stylePath = '/front-page.css';
const html = 'text/html; charset=utf-8';

interface FrontPageOptions {
  readonly isDemo: boolean;
  /** Prints a token of the demo, with `role` as the rest of its command line. */
  readonly tokenCommand: (role: string) => string;
}

/** `/`: where to go from here, for people as a page and for programs as JSON. */
export function mountFrontPage(fastify: FastifyInstance, { isDemo, tokenCommand }: FrontPageOptions): void {
  const services = serviceNames.map((name: ServiceName) => ({
    ...{ name, purpose: purposes[name], docs: `/${name}/docs`, openapi: `/${name}/openapi.json` },
  }));
  const page = frontPageHtml({
    services,
    stylePath,
    version: build.version,
    ...(isDemo ? { tokenCommand: tokenCommand('analyst') } : {}),
  });
  const index = { version: build.version, services, health: '/health/ready', metrics: '/metrics' };
  fastify.get('/', async ({ headers: { accept } }, reply) => {
    void reply.header('vary', 'accept');
    return wantsPage(accept) ? reply.type(html).send(page) : reply.send(index);
  });
  fastify.get(stylePath, async (_request, reply) => reply.type('text/css; charset=utf-8').send(frontPageStyle));
}

/** A browser names HTML; curl takes anything; a program that wants JSON says so. */
function wantsPage(accept = '*/*'): boolean {
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  return types.includes('text/html') || !types.some((type) => type === 'application/json' || type?.endsWith('+json'));
}
