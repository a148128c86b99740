import { createHash } from 'node:crypto';
import type { GuichetClient } from '@guichet/client';
import { demoPeople } from '@guichet/identity';
import { type DemoAgent, demoHistory, type ImportedStream } from './history.js';
import { departments } from './matters.js';

interface ImportAnswer {
  readonly accepted: number;
  readonly rejected: readonly { readonly code: string; readonly detail: string }[];
}

const source = 'guichet-demo';
const ticketsPerRequest = 100;

/** Brings the made-up history of the sixty days before `now` in through the import endpoints. */
export async function seedHistory(client: GuichetClient, now: Date): Promise<void> {
  const agents = demoAgents();
  const { intake, routing } = demoHistory({ now, agents, uuid });
  const send = async (service: string, body: object) => {
    const { rejected } = await client.post<ImportAnswer>(`/${service}/v1/imports`, { source, ...body });
    const [first] = rejected;
    if (first)
      throw new Error(
        `${rejected.length} of the demo's tickets were rejected by ${service}, the first one: ${first.code} ${first.detail}`,
      );
  };
  await send('routing', { departments, agents, streams: [] });
  for (const streams of pages(intake)) await send('intake', { streams });
  for (const streams of pages(routing)) await send('routing', { streams });
}

/** Everybody helps in two departments, so that each has several agents. */
function demoAgents(): DemoAgent[] {
  return demoPeople
    .filter(({ roles }) => roles.includes('agent'))
    .map(({ userId, name }, i) => ({
      agentId: userId,
      name,
      departmentIds: [i, i + 1].map((n) => departments[n % departments.length]!.departmentId),
    }));
}

function* pages(streams: readonly ImportedStream[]): Generator<readonly ImportedStream[]> {
  for (let i = 0; i < streams.length; i += ticketsPerRequest) yield streams.slice(i, i + ticketsPerRequest);
}

/** A deterministic UUID of a name: the demo's ids are the same at every attempt. */
function uuid(name: string): string {
  const hex = createHash('sha256').update(`${source}/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
