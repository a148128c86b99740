import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const version = '4.3.0';
const pom = join(import.meta.dirname, 'pom.xml');
const run = promisify(execFile);

/** Where Kafka's jars lie, shared by every run and clone: GUICHET_KAFKA_JARS, or a folder in the user's cache. */
export function jarsFolder() {
  if (process.env.GUICHET_KAFKA_JARS) return process.env.GUICHET_KAFKA_JARS;
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const needs = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8); // another pom, another folder
  return join(cache, 'guichet', `kafka-${version}-${needs}`);
}

/** Why Kafka cannot run on this machine, with what to do about it; undefined when it can. */
export function whatIsMissing() {
  const java = javaVersion();
  if (java === undefined) return 'no `java` found: install Java 17 or newer (Debian: apt install default-jre-headless)';
  if (java < 17) return `Java ${java} is too old for Kafka ${version}: install Java 17 or newer`;
  if (!existsSync(jarsFolder()) && !answers('mvn')) {
    return 'no `mvn` found to fetch Kafka with: install Maven (Debian: apt install maven), or set GUICHET_KAFKA_JARS to a folder with its jars';
  }
  return undefined;
}

/** Fetches Kafka's jars unless they are there, and answers their folder. About 45 jars, 44 MB, 10 s. */
export async function installKafka() {
  const missing = whatIsMissing();
  if (missing) throw new Error(`Kafka cannot run here: ${missing}.`);
  const jars = jarsFolder();
  if (existsSync(jars)) return jars;
  await mkdir(dirname(jars), { recursive: true });
  const arriving = await mkdtemp(`${jars}-arriving-`);
  try {
    await run('mvn', [
      ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies'],
      ...[`-DoutputDirectory=${arriving}`, '-DincludeScope=runtime'],
    ]);
    await rename(arriving, jars); // complete or not there at all
  } catch (error) {
    await rm(arriving, { recursive: true, force: true });
    // Another run was faster: its folder serves as well.
    if (!existsSync(jars))
      throw new Error(`Kafka ${version} could not be fetched: ${error.stdout || error.message}`, { cause: error });
  }
  return jars;
}

/** Java's major version, undefined where there is none. */
function javaVersion() {
  try {
    const [, major] = /^\S+ (\d+)/.exec(execFileSync('java', ['--version'], { stdio: 'pipe', encoding: 'utf8' })) ?? [];
    return Number(major);
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : 8; // Java 8 knows no --version
  }
}

function answers(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not installed, which is what was asked
  }
}
