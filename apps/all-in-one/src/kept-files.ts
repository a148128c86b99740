/** Small files beside the database in the data folder. Only their owner may read them. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoMark, DemoPart, Marks } from '@guichet/demo';

/** Made at random at the first start: no two installations share one. */
export interface Secrets {
  readonly identity: string;
  readonly operator: string;
  readonly cursor: string;
  readonly demoClient: string;
}

/** How tools on this machine reach the running product (`npm run token`, `npm run import`). */
export interface Address {
  readonly url: string;
  readonly issuer: string;
  /** The process that runs it: the file outlives a process that was killed. */
  readonly pid: number;
  readonly clientId: string;
  readonly clientSecret: string;
}

const secret = () => randomBytes(32).toString('base64url');

export async function keepSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const kept = await readJson<Partial<Secrets>>(file);
  const secrets = { identity: secret(), operator: secret(), cursor: secret(), demoClient: secret(), ...kept };
  await writeJson(file, secrets);
  return secrets;
}

export const publishAddress = (dataDir: string, address: Address): Promise<void> =>
  writeJson(join(dataDir, 'demo.json'), address);

export const readAddress = (dataDir: string): Promise<Address | undefined> => readJson(join(dataDir, 'demo.json'));

/** How far each part of the demo has been told. */
export function demoMarks(dataDir: string): Marks {
  const file = (part: DemoPart) => join(dataDir, `demo-${part}.json`);
  return { read: (part) => readJson<DemoMark>(file(part)), write: (part, mark) => writeJson(file(part), mark) };
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, whenever the process is killed. */
async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
