import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const leastJava = 17;

/**
 * A server that is run from the jars that a pom names.
 * @param {{ title: string, name: string, version: string, pom: string, setting: string }} server `setting` is the
 *   environment variable that names a folder with the jars instead
 */
export function mavenJars({ title, name, version, pom, setting }) {
  /** Where the jars lie, shared by every run and clone: as the setting says, or a folder in the user's cache. */
  const jarsFolder = () => {
    if (process.env[setting]) return process.env[setting];
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const needs = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8); // another pom, another folder
    return join(cache, 'guichet', `${name}-${version}-${needs}`);
  };

  /** Why the server cannot run on this machine, with what to do about it; undefined when it can. */
  const whatIsMissing = () => {
    const java = javaVersion();
    if (java === undefined)
      return `no \`java\` found: install Java ${leastJava} or newer (Debian: apt install default-jre-headless)`;
    if (java < leastJava) return `Java ${java} is too old for ${title} ${version}: install Java ${leastJava} or newer`;
    if (!existsSync(jarsFolder()) && !answers('mvn')) {
      return `no \`mvn\` found to fetch ${title} with: install Maven (Debian: apt install maven), or set ${setting} to a folder with its jars`;
    }
    return undefined;
  };

  /** Fetches the jars unless they are there, and answers their folder. */
  const install = async () => {
    const missing = whatIsMissing();
    if (missing) throw new Error(`${title} cannot run here: ${missing}.`);
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
        throw new Error(`${title} ${version} could not be fetched: ${error.stdout || error.message}`, { cause: error });
    }
    return jars;
  };
  return { jarsFolder, whatIsMissing, install };
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
