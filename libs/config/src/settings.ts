/**
 * Settings as data: one declaration gives the parser, the type and the table in docs/generated/settings.md.
 * A wrong or missing setting stops the start, and every problem is listed at once.
 */
export interface Setting<Value = unknown> {
  /** The environment variable. `<name>_FILE` may name a file that holds the value instead. */
  readonly name: string;
  /** In words, for the settings page: `text`, `port`, `one of json, pretty` ... */
  readonly type: string;
  readonly description: string;
  readonly default?: Value;
  readonly required: boolean;
  /** Never printed, neither in problems nor in documentation. */
  readonly secret: boolean;
  /** @throws Error whose message completes "<NAME> ..." (e.g. "must be a whole number"). */
  parse(text: string): Value;
}

export type SettingsSchema = Readonly<Record<string, Setting>>;
export type Settings<Schema extends SettingsSchema> = {
  readonly [Key in keyof Schema]: Schema[Key] extends Setting<infer Value> ? Value : never;
};

/** Every problem of a start's settings; `message` lists them all, one a line, without secret values. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

interface Declared {
  readonly name: string;
  readonly description: string;
  readonly secret?: boolean;
}
type Optional<Value> = Declared & { readonly default?: undefined; readonly required?: false } & Bounds<Value>;
type Certain<Value> = Declared & ({ readonly default: Value } | { readonly required: true }) & Bounds<Value>;
type Bounds<Value> = Value extends number
  ? { readonly min?: number; readonly max?: number }
  : { readonly minLength?: number; readonly pattern?: TextPattern };
/** What a text has to look like; `words` complete "must be …". */
interface TextPattern {
  readonly words: string;
  readonly matches: RegExp;
}
type AnyDeclared = Declared & {
  readonly default?: unknown;
  readonly required?: boolean;
  readonly minLength?: number;
  readonly pattern?: TextPattern;
  readonly min?: number;
  readonly max?: number;
};

function declare<Value>(declared: AnyDeclared, type: string, parse: (text: string) => Value): Setting<Value> {
  const { name, description, required = false, secret = false } = declared;
  const byDefault = declared.default === undefined ? {} : { default: declared.default as Value };
  return { name, description, required, secret, type, parse, ...byDefault };
}

function text(declared: Certain<string>): Setting<string>;
function text(declared: Optional<string>): Setting<string | undefined>;
function text(declared: AnyDeclared): Setting<string | undefined> {
  const { minLength = 1, pattern } = declared;
  const type = pattern?.words ?? (minLength > 1 ? `text of at least ${minLength} characters` : 'text');
  return declare(declared, type, (value) => {
    if (value.length < minLength) throw new Error(`must have at least ${minLength} characters`);
    if (pattern && !pattern.matches.test(value)) throw new Error(`must be ${pattern.words}`);
    return value;
  });
}

function integer(declared: Certain<number>): Setting<number>;
function integer(declared: Optional<number>): Setting<number | undefined>;
function integer(declared: AnyDeclared): Setting<number | undefined> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = declared;
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
  return declare(declared, `whole number, ${range}`, (value) => {
    const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Error(`must be a whole number, ${range}`);
    return number;
  });
}

function url(declared: Certain<string>): Setting<string>;
function url(declared: Optional<string>): Setting<string | undefined>;
function url(declared: AnyDeclared): Setting<string | undefined> {
  return declare(declared, 'URL', (value) => {
    if (!URL.canParse(value)) throw new Error('must be a URL, such as https://example.org/path');
    return value;
  });
}

function choice<const Value extends string>(
  declared: Declared & { values: readonly Value[]; default: NoInfer<Value> },
): Setting<Value>;
function choice<const Value extends string>(
  declared: Declared & { values: readonly Value[]; required: true },
): Setting<Value>;
function choice(declared: AnyDeclared & { values: readonly string[] }): Setting<string> {
  const { values } = declared;
  return declare(declared, `one of ${values.join(', ')}`, (value) => {
    if (!values.includes(value)) throw new Error(`must be one of ${values.join(', ')}`);
    return value;
  });
}

function flag(declared: Declared & { default: boolean }): Setting<boolean> {
  return declare(declared, 'true or false', (value) => {
    if (value !== 'true' && value !== 'false') throw new Error('must be true or false');
    return value === 'true';
  });
}

/** Comma-separated; blanks around items are dropped, empty items too. */
function list(declared: Declared & { default: readonly string[] }): Setting<readonly string[]> {
  return declare(declared, 'comma-separated list', (value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

const port = (declared: Declared & { default: number }): Setting<number> =>
  integer({ ...declared, min: 0, max: 65_535 });

export const setting = { text, integer, url, choice, flag, list, port };
