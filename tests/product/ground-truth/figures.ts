/** Holds figures against known ones, and makes sure that none is forgotten. */

export interface NotDerivable {
  readonly figure: string;
  readonly reason: string;
}

export interface Comparison {
  /** Known figures that were asked for and held against the answer. */
  readonly compared: number;
  /** One sentence each. Empty: everything is right, and nothing was forgotten. */
  readonly differences: readonly string[];
  readonly notDerivable: readonly NotDerivable[];
}

export interface ComparisonOptions {
  /**
   * Also what is about the rows of the log: reads the events of every ticket, which takes as long as all else. Default
   * true.
   */
  readonly everyTicket?: boolean;
}

export type Truth = Readonly<Record<string, unknown>>;

type Path = readonly string[];

const nameOf = (path: Path) => path.join(' › ');
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every figure of the truth: its path, and a number, a text or a list. */
function leavesOf(value: unknown, path: Path = []): [Path, unknown][] {
  if (!isObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

export class Figures {
  private readonly differences: string[] = [];
  private readonly seen = new Set<string>();
  private readonly notDerivable: NotDerivable[] = [];
  private compared = 0;

  constructor(private readonly truth: Truth) {}

  /** The known figures at a path. */
  at(...path: string[]): unknown {
    return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), this.truth);
  }

  keysAt(...path: string[]): readonly string[] {
    const value = this.at(...path);
    return isObject(value) ? Object.keys(value) : [];
  }

  /**
   * Holds what was answered against the truth at a path, figure by figure. Numbers may differ by the rounding of the
   * known one: `digits` after the point. What the answer has beyond the truth is a difference too.
   */
  same(path: Path, answered: unknown, digits = 0): void {
    const known = new Map(leavesOf(this.at(...path)).map(([inner, value]) => [nameOf(inner), value]));
    const given = new Map(leavesOf(answered).map(([inner, value]) => [nameOf(inner), value]));
    for (const [name, value] of known)
      this.one(nameOf([...path, ...(name ? [name] : [])]), value, given.get(name), digits);
    for (const name of given.keys()) {
      if (!known.has(name)) this.differences.push(`${nameOf([...path, name])}: answered, but not known`);
    }
  }

  /** As `same`, for some of the figures below the path: the answer names them. */
  some(path: Path, answered: Readonly<Record<string, unknown>>, digits = 0): void {
    for (const [name, value] of Object.entries(answered)) this.same([...path, name], value, digits);
  }

  /** A figure, or everything below a path, that the events do not tell. */
  explain(path: Path, reason: string): void {
    this.skip(...path);
    this.notDerivable.push({ figure: nameOf(path), reason });
  }

  /** Texts that are no figures, and figures that are not asked for this time. */
  skip(...path: string[]): void {
    for (const [inner] of leavesOf(this.at(...path))) this.seen.add(nameOf([...path, ...inner]));
  }

  result(): Comparison {
    const forgotten = leavesOf(this.truth)
      .map(([path]) => nameOf(path))
      .filter((name) => !this.seen.has(name));
    const { compared, differences, notDerivable } = this;
    return {
      compared,
      differences: [...differences, ...forgotten.map((name) => `${name}: neither compared nor explained`)],
      notDerivable,
    };
  }

  private one(name: string, known: unknown, answered: unknown, digits: number): void {
    this.seen.add(name);
    this.compared++;
    const alike =
      typeof known === 'number' && typeof answered === 'number'
        ? Math.abs(known - answered) <= (digits === 0 ? 0 : 0.500001 * 10 ** -digits)
        : JSON.stringify(known) === JSON.stringify(answered);
    if (!alike)
      this.differences.push(`${name}: known is ${JSON.stringify(known)}, answered ${JSON.stringify(answered)}`);
  }
}
