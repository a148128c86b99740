/**
 * The services of the product: whatever lists services reads this table, in this order. Facts without imports, so that
 * scripts can read it too (tools/workspace/services.mjs).
 */
export interface ServiceEntry {
  /** kebab-case, for ever: part of addresses, topics, consumer groups, metrics and health checks. */
  readonly name: string;
  /** What its public events are about, in the plural: part of its topics' names. A service without it tells nothing. */
  readonly tells?: string;
  /** The services whose public events it receives. */
  readonly follows: readonly string[];
  /** Whether it takes in another system's log, at `POST /<name>/v1/imports`. */
  readonly imports: boolean;
  /** Whether it keeps files that people upload, in a folder of its own (`FILES_DIR`). */
  readonly keepsFiles?: true;
  /** Its database on a server that the services share; the roles are `<database>_owner` and `<database>_app`. */
  readonly database: string;
}

const table = [
  { name: 'identity', tells: 'accounts', follows: [], imports: false, database: 'guichet_identity' },
  { name: 'intake', tells: 'tickets', follows: ['routing', 'identity'], imports: true, database: 'guichet_intake' },
  { name: 'routing', tells: 'handlings', follows: ['intake', 'identity'], imports: true, database: 'guichet_routing' },
  {
    name: 'knowledge',
    tells: 'articles',
    follows: ['intake', 'routing', 'identity'],
    imports: false,
    keepsFiles: true,
    database: 'guichet_knowledge',
  },
  { name: 'community', tells: 'topics', follows: ['identity'], imports: false, database: 'guichet_community' },
  {
    name: 'analytics',
    follows: ['intake', 'routing', 'identity', 'knowledge', 'community'],
    imports: false,
    database: 'guichet_analytics',
  },
] as const satisfies readonly ServiceEntry[];

/** The name of an installation that was given none. Names of topics and consumer groups begin with it. */
export const defaultInstallation = 'guichet';

type Entry = (typeof table)[number];
type NameOf<Chosen> = Extract<Entry, Chosen>['name'];

export type ServiceName = Entry['name'];
/** A service that tells public events. */
export type Source = NameOf<{ readonly tells: string }>;
/** A service that tells one of the two sides of a ticket. */
export type TicketSource = NameOf<{ readonly tells: 'tickets' | 'handlings' }>;
/** A service that follows others. */
export type Follower = Exclude<ServiceName, NameOf<{ readonly follows: readonly [] }>>;
/** A service that takes in the logs of other systems. */
export type Importer = NameOf<{ readonly imports: true }>;
/** For what has to be said of every service: a new one does not compile until it is. */
export type EveryService<Said> = Readonly<Record<ServiceName, Said>>;

export const services = Object.fromEntries(table.map((entry) => [entry.name, entry])) as {
  readonly [Name in ServiceName]: Extract<Entry, { readonly name: Name }>;
};

export const serviceNames: readonly ServiceName[] = table.map(({ name }) => name);

const tells = (name: ServiceName): name is Source => 'tells' in services[name];
const follows = (name: ServiceName): name is Follower => services[name].follows.length > 0;

export const sources: readonly Source[] = serviceNames.filter(tells);
export const ticketSources: readonly TicketSource[] = sources.filter((name): name is TicketSource => {
  const { tells: things } = services[name];
  return things === 'tickets' || things === 'handlings';
});
export const followers: readonly Follower[] = serviceNames.filter(follows);
export const importers: readonly Importer[] = serviceNames.filter((name): name is Importer => services[name].imports);
/** What takes part in the feed: tells, follows, or both. */
export const feedServices: readonly ServiceName[] = serviceNames.filter((name) => tells(name) || follows(name));
/** The services that receive what `source` tells. */
export const followersOf = (source: Source): readonly Follower[] =>
  followers.filter((name) => services[name].follows.some((followed) => followed === source));
