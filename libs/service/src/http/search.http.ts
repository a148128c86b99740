import { Keyword, Line, type Problem, QueryInt, unprocessable } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from './page.http.js';

/** Characters of a query at most. */
export const maxQuery = 300;
/** More is no longer an address that every browser sends. */
export const maxAsked = 2_000;

export const queryRefusals = { 422: `\`query-too-long\`: more than ${maxQuery} characters.` };

class MarkAnswer {
  @ApiProperty({ type: 'integer', description: 'UTF-16 unit at which it begins.' }) start: number;
  @ApiProperty({ type: 'integer', description: 'UTF-16 unit before which it ends.' }) end: number;
}

export class MarkedAnswer {
  @ApiProperty({ description: 'As it stands.' }) text: string;
  @ApiProperty({ type: [MarkAnswer], description: 'What of the text was asked for, in order.' }) marks: MarkAnswer[];
}

export const markedAnswer = ({ text, marks }: { text: string; marks: readonly MarkAnswer[] }): MarkedAnswer => ({
  text,
  marks: marks.map(({ start, end }) => ({ start, end })),
});

/** Words and operators, and which page of what they find. `help` says what an operator takes. */
export function OperatorQuery(operators: Readonly<Record<string, { readonly help: string }>>) {
  const helps = Object.entries(operators).map(([name, { help }]) => `\`${name}:\` ${help}`);
  class SearchQuery {
    @Line({ max: maxAsked, description: `Words and operators, ${maxQuery} characters at most: ${helps.join('; ')}.` })
    q: string;

    @QueryInt({ min: 1, max: 50, optional: true, description: 'How many at most; 20 if not given.' })
    limit: number = 20;

    @Keyword({ max: 2000, optional: true, description: '`nextCursor` of the page before.' })
    cursor?: string;
  }
  return SearchQuery;
}

/** A page of what was found, and how the words were read. */
export function FoundPageOf<Item extends object>(type: new () => Item) {
  abstract class FoundPage extends PageOf(type) {
    @ApiProperty({
      type: 'string',
      nullable: true,
      description: 'The words as they were read, where that is not as they were written.',
    })
    corrected: string | null;
  }
  return FoundPage;
}

/** @throws Problem 422 `query-too-long` */
export function mustBeShort(query: string): void {
  if (query.length > maxQuery) throw wrongQuery('query-too-long', `A query has ${maxQuery} characters at most.`);
}

/** A query that cannot be answered, and what to do about it. */
export const wrongQuery = (code: string, detail: string): Problem =>
  unprocessable(code, detail, [{ path: 'q', code, message: detail }]);

type Refusal = Error & { readonly code: string };

/** What `work` answers. @throws Problem 422 where it refuses the query by an error of the class */
export async function refusing<T>(refusal: new (...given: never[]) => Refusal, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof refusal) throw wrongQuery(error.code, error.message);
    throw error;
  }
}
