/** The record of every version of every public event that was ever published. */
import { incompatibilities } from './compatibility.js';
import type { EventContract } from './contracts.js';

type Schema = Readonly<Record<string, unknown>>;
/** `<source>/<type>` → version → JSON Schema. */
export type Snapshot = Readonly<Record<string, Readonly<Record<string, Schema>>>>;

const nameOf = ({ source, type }: EventContract): string => `${source}/${type}`;
/** The schema as plain JSON: what other languages see of it. */
const plain = (schema: object): Schema => JSON.parse(JSON.stringify(schema)) as Schema;

/** Why these contracts break what the snapshot recorded: one line per reason, empty when they keep every promise. */
export function brokenPromises(snapshot: Snapshot, contracts: readonly EventContract[]): string[] {
  const byName = new Map(contracts.map((contract) => [nameOf(contract), contract]));
  return Object.entries(snapshot).flatMap(([name, versions]) => {
    const contract = byName.get(name);
    if (!contract) return [`${name}: removed or renamed`];
    return Object.entries(versions).flatMap(([version, published]) =>
      brokenVersion(contract, Number(version), published).map((reason) => `${name} v${version} ${reason}`),
    );
  });
}

function brokenVersion(contract: EventContract, version: number, published: Schema): string[] {
  if (version > contract.schemaVersion) return [`is gone: the contract went back to version ${contract.schemaVersion}`];
  if (version < contract.schemaVersion) return contract.upcasters[version] ? [] : ['has no upcaster'];
  return incompatibilities(published, plain(contract.schema));
}

/** The snapshot with today's versions in it; versions of the past stay as they are. */
export function withCurrent(snapshot: Snapshot, contracts: readonly EventContract[]): Snapshot {
  const current = contracts.map((contract) => {
    const name = nameOf(contract);
    return [name, { ...snapshot[name], [contract.schemaVersion]: plain(contract.schema) }] as const;
  });
  return { ...snapshot, ...Object.fromEntries(current) };
}
