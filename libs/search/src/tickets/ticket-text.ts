/** What of a ticket is searched: many short texts, each told by an event of its own. Pure. */
import { hasDigit, tokens } from '../analysis/tokens.js';
import { mayBeMistyped } from '../ranking/edits.js';

/** One message of a ticket, or what else is told of it at once. */
export interface TicketText {
  readonly title?: string;
  /** Names and addresses of who asked. */
  readonly people?: readonly string[];
  readonly tags?: readonly string[];
  /** The readable number. */
  readonly number?: string;
  readonly body?: string;
}

/** Where in a text a word stands, as bits. */
export const fieldBits = { title: 1, people: 2, tags: 4, number: 8, body: 16 } as const satisfies Record<
  keyof TicketText,
  number
>;
export const anyField = 31;

/** What a word counts, by its best field. */
const worth: readonly (readonly [bit: number, value: number])[] = [
  [fieldBits.number, 4],
  [fieldBits.title, 3],
  [fieldBits.people, 2],
  [fieldBits.tags, 2],
  [fieldBits.body, 1],
];
export const worthOf = (fields: number): number => worth.find(([bit]) => (fields & bit) !== 0)?.[1] ?? 0;

/** A word of the lexicon: how it is written, and how it is looked up. */
export interface WrittenForm {
  readonly form: string;
  readonly folded: string;
}

export interface TextWords {
  /** By the form without accents: the fields it is in. */
  readonly fields: ReadonlyMap<string, number>;
  /** The words that a query may have in another form or with a letter wrong. Numbers and short words are not. */
  readonly forms: readonly WrittenForm[];
}

/** A whole number, such as GU-1042: the sign is in no word. */
export const wholeNumber = (number: string): string =>
  `=${number.trim().toLowerCase().normalize('NFC').toWellFormed().slice(0, 300)}`;

export function wordsOf({ title, people = [], tags = [], number, body }: TicketText): TextWords {
  const fields = new Map<string, number>();
  const forms = new Map<string, WrittenForm>();
  const add = (text: string, bit: number): void => {
    for (const { form, folded } of tokens(text)) {
      fields.set(folded, (fields.get(folded) ?? 0) | bit);
      if (mayBeMistyped(folded)) forms.set(form, { form, folded });
    }
  };
  if (title !== undefined) add(title, fieldBits.title);
  for (const person of people) add(person, fieldBits.people);
  for (const tag of tags) add(tag, fieldBits.tags);
  if (body !== undefined) add(body, fieldBits.body);
  if (number !== undefined) {
    fields.set(wholeNumber(number), fieldBits.number);
    // Only what tells tickets apart: all numbers of an installation begin with the same letters.
    for (const { folded } of tokens(number))
      if (hasDigit(folded)) fields.set(folded, (fields.get(folded) ?? 0) | fieldBits.number);
  }
  return { fields, forms: [...forms.values()] };
}
