import { createHash } from 'node:crypto';
import { demoPeople } from '@guichet/identity';
import { type DemoAgent, demoHistory, type ImportedStream } from './history.js';
import { departments } from './matters.js';

interface ImportAnswer {
  readonly accepted: number;
  readonly rejected: readonly { readonly code: string; readonly detail: string }[];
}

/** How far the seeding has come. */
export interface DemoMark {
  /** The instant the history ends at. */
  readonly now: string;
  readonly isComplete: boolean;
}

/** Where the mark is kept. */
export interface Marks {
  read(): Promise<DemoMark | undefined>;
  write(mark: DemoMark): Promise<void>;
}

export interface SeedOptions {
  /** Of the product. */
  readonly url: string;
  /** A client that may ask for any role. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly marks: Marks;
}

const source = 'guichet-demo';
const ticketsPerRequest = 100;

/**
 * Brings the made-up history in through the import endpoints, once: a start that was cut off goes on with the same
 * history, a later start leaves it alone.
 */
export async function seedHistory({ marks, ...options }: SeedOptions): Promise<void> {
  const mark = await marks.read();
  if (mark?.isComplete) return;
  const now = mark?.now ?? new Date().toISOString();
  await marks.write({ now, isComplete: false });
  const token = await importerToken(options);
  const agents = demoAgents();
  const { intake, routing } = demoHistory({ now: new Date(now), agents, uuid });
  const send = (service: string, body: object) =>
    post(`${options.url}/${service}/v1/imports`, token, { source, ...body });
  await send('routing', { departments, agents, streams: [] });
  for (const streams of pages(intake)) await send('intake', { streams });
  for (const streams of pages(routing)) await send('routing', { streams });
  await marks.write({ now, isComplete: true });
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

async function importerToken({ url, clientId, clientSecret }: Omit<SeedOptions, 'marks'>): Promise<string> {
  const response = await fetch(`${url}/identity/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', tenant: 'demo', role: 'importer' }),
  });
  if (!response.ok) throw new Error(`The demo's issuer gave no token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function post(url: string, token: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok)
    throw new Error(`The demo's history was refused at ${url}: ${response.status} ${await response.text()}`);
  const { rejected } = (await response.json()) as ImportAnswer;
  const [first] = rejected;
  if (first)
    throw new Error(
      `${rejected.length} of the demo's tickets were rejected at ${url}, the first one: ${first.code} ${first.detail}`,
    );
}
