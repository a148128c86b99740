/** Which Guichet this is. */
import { readFileSync } from 'node:fs';

export interface Build {
  /** Of the root package.json, such as `0.1.0`. */
  readonly version: string;
  /** The first twelve digits of the commit it was built from; `unknown` in a run from the sources. */
  readonly commit: string;
  /** The Node that runs it, such as `26.10.0`. */
  readonly node: string;
  /** A bundle runs alone; a run from the sources has the checkout around it. */
  readonly isBundle: boolean;
}

/** Written into the bundles by tools/build; undefined in a run from the sources. */
declare const guichetVersion: string | undefined;
declare const guichetCommit: string | undefined;

const root = new URL('../../../package.json', import.meta.url);

const versionOfSources = (): string => (JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version;

export const build: Build = {
  version: typeof guichetVersion === 'undefined' ? versionOfSources() : guichetVersion,
  commit: typeof guichetCommit === 'undefined' ? 'unknown' : guichetCommit,
  node: process.versions.node,
  isBundle: typeof guichetVersion !== 'undefined',
};
