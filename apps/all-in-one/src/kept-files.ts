/** Small files beside the database in the data folder. Only their owner may read them. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface DemoMark {
  /** The instant the demo's history ends at. */
  readonly now: string;
  readonly isComplete: boolean;
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

export const readDemoMark = (dataDir: string): Promise<DemoMark | undefined> =>
  readJson(join(dataDir, 'demo-history.json'));
export const writeDemoMark = (dataDir: string, mark: DemoMark): Promise<void> =>
  writeJson(join(dataDir, 'demo-history.json'), mark);

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
