import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { textArray, uuidArray } from '../store/binary-arrays.js';

export interface Person {
  readonly tenantId: string;
  readonly personId: string;
}

const keyBytes = 32;
/** Another process may have forgotten somebody: what is known here is asked again after so long. */
const knownMs = 10_000;

interface KeyRow {
  readonly tenant_id: string;
  readonly person_id: string;
  readonly key: Buffer | null;
}

/**
 * The keys under which the texts of people are sealed: one per person, in rows of their own. A row without a key says
 * that the person was forgotten; they get no other one.
 */
export class PersonKeys {
  private readonly known = new LRUCache<string, { readonly key: KeyObject | undefined }>({ max: 20_000, ttl: knownMs });

  constructor(private readonly pool: pg.Pool) {}

  /** The keys of people who have one, by `placeOf`. */
  async find(people: readonly Person[]): Promise<ReadonlyMap<string, KeyObject>> {
    return this.keysOf(people, (unknown) => this.stored(unknown));
  }

  /** As `find`; whoever has none gets one, unless they were forgotten. */
  async findOrMake(people: readonly Person[]): Promise<ReadonlyMap<string, KeyObject>> {
    return this.keysOf(people, async (unknown) => {
      await this.pool.query({
        name: 'make person keys',
        text: `insert into person_key (tenant_id, person_id, key)
               select * from unnest($1::uuid[], $2::text[], $3::bytea[]) on conflict do nothing`,
        values: [...columnsOf(unknown), unknown.map(() => randomBytes(keyBytes))],
      });
      return this.stored(unknown);
    });
  }

  /** Removes the person's key for ever: nobody can read their texts any more. Again: nothing happens. */
  async forget({ tenantId, personId }: Person): Promise<void> {
    await this.pool.query(
      `insert into person_key (tenant_id, person_id, forgotten_at) values ($1, $2, clock_timestamp())
       on conflict (tenant_id, person_id) do update
         set key = null, forgotten_at = coalesce(person_key.forgotten_at, excluded.forgotten_at)`,
      [tenantId, personId],
    );
    this.known.delete(placeOf({ tenantId, personId }));
  }

  private async keysOf(
    people: readonly Person[],
    ask: (unknown: readonly Person[]) => Promise<readonly KeyRow[]>,
  ): Promise<ReadonlyMap<string, KeyObject>> {
    const places = new Map(people.map((person) => [placeOf(person), person]));
    const found = new Map<string, KeyObject>();
    const unknown: Person[] = [];
    for (const [place, person] of places) {
      const known = this.known.get(place);
      if (!known) unknown.push(person);
      else if (known.key) found.set(place, known.key);
    }
    if (unknown.length === 0) return found;
    for (const { tenant_id: tenantId, person_id: personId, key } of await ask(unknown)) {
      const place = placeOf({ tenantId, personId });
      const secret = key ? createSecretKey(key) : undefined;
      this.known.set(place, { key: secret });
      if (secret) found.set(place, secret);
    }
    return found;
  }

  private async stored(people: readonly Person[]): Promise<readonly KeyRow[]> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'person keys',
      text: `select k.tenant_id, k.person_id, k.key
               from unnest($1::uuid[], $2::text[]) as p (tenant_id, person_id)
               join person_key k on k.tenant_id = p.tenant_id and k.person_id = p.person_id`,
      values: columnsOf(people),
    });
    return rows;
  }
}

/** Ids of people are unique within their tenant. */
export const placeOf = ({ tenantId, personId }: Person): string => `${tenantId.toLowerCase()}/${personId}`;

const columnsOf = (people: readonly Person[]) => [
  uuidArray(people.map(({ tenantId }) => tenantId)),
  textArray(people.map(({ personId }) => personId)),
];
