/** A query as people type it: words, and operators such as `is:open` or `from:"Anna Nowak"`. */

/** What an operator takes. */
export interface Operator {
  readonly takes: 'words' | 'date' | readonly string[];
  /** It may be given several times. */
  readonly isMany: boolean;
  /** For people: what it asks for, with an example. */
  readonly help: string;
}

export interface ParsedQuery<Name extends string> {
  /** What is left when the operators are taken out. */
  readonly words: string;
  /** The values of each operator, in the order they were given. */
  readonly values: Readonly<Partial<Record<Name, readonly string[]>>>;
}

/** `unknown-operator`: there is none of that name here. `wrong-operator`: it does not take that value. */
export class WrongQuery extends Error {
  constructor(
    readonly code: 'unknown-operator' | 'wrong-operator' | 'too-many-words',
    message: string,
  ) {
    super(message);
    this.name = 'WrongQuery';
  }
}

/** A quoted text; a name, a colon and a value, quoted or not; or anything else up to the next space. */
const pieces = /"([^"]*)"|(\p{L}+):(?:"([^"]*)"|([^\s"/][^\s"]*))|\S+/gu;
const date = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Text in quotation marks is never an operator, nor is an address such as `https://example.org`.
 * @throws WrongQuery that says what is allowed
 */
export function parseQuery<Name extends string>(
  text: string,
  operators: Readonly<Record<Name, Operator>>,
): ParsedQuery<Name> {
  const words: string[] = [];
  const values: Partial<Record<Name, string[]>> = {};
  for (const [piece, quoted, name, inQuotes, bare] of text.matchAll(pieces)) {
    if (name === undefined) {
      words.push(quoted ?? piece);
      continue;
    }
    const known = name.toLowerCase() as Name;
    const value = (inQuotes ?? bare ?? '').trim();
    if (!Object.hasOwn(operators, known)) throw unknownOperator(piece, operators);
    const operator = operators[known];
    const given = (values[known] ??= []);
    if (given.length > 0 && !operator.isMany)
      throw new WrongQuery('wrong-operator', `\`${known}:\` is given twice: give it once.`);
    given.push(valueOf(known, value, operator));
  }
  return { words: words.join(' ').trim(), values };
}

function unknownOperator(piece: string, operators: Readonly<Record<string, Operator>>): WrongQuery {
  const allowed = Object.entries(operators).map(([name, { help }]) => `\`${name}:\` ${help}`);
  return new WrongQuery(
    'unknown-operator',
    `There is no operator \`${piece.slice(0, piece.indexOf(':') + 1)}\`. Allowed are ${allowed.join('; ')}. To search for the text itself, put it in quotation marks: "${piece}".`,
  );
}

function valueOf(name: string, value: string, { takes, help }: Operator): string {
  if (value === '') throw new WrongQuery('wrong-operator', `\`${name}:\` needs a value: ${help}.`);
  if (takes === 'words') return value;
  if (takes === 'date') {
    if (date.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value))
      return value;
    throw new WrongQuery('wrong-operator', `\`${name}:\` takes a day, such as ${name}:2026-03-01.`);
  }
  const wanted = value.toLowerCase();
  if (takes.includes(wanted)) return wanted;
  throw new WrongQuery('wrong-operator', `\`${name}:\` takes one of ${takes.join(', ')}.`);
}
