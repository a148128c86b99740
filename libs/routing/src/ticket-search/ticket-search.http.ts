import { Ctx, Cursors, type Page, RequestContext, Roles } from '@guichet/http-host';
import {
  FoundPageOf,
  Freshness,
  markedAnswer,
  MarkedAnswer,
  maxQuery,
  mustBeShort,
  OperatorQuery,
  page,
  QueryResponse,
  refusing,
  wrongQuery,
} from '@guichet/service';
import { parseQuery, WrongQuery } from '@guichet/search';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { noDepartment } from '../department/department.http.js';
import { Departments } from '../department/department.query.js';
import { Sights } from '../desk/sight.query.js';
import { TicketView, ticketView } from '../ticket/ticket-view.http.js';
import { operators, searchStates } from './operators.js';
import { textKinds } from './texts-told.js';
import { type FoundTicket, type TicketSearch, TicketSearches } from './ticket-search.query.js';

/** Tickets that pages lead to; who has not found it by then asks for more. */
const maxOffset = 2_000;
/** Departments that a refusal names. */
const maxNamed = 20;

class TicketSearchQuery extends OperatorQuery(operators) {}
class TextAnswer extends MarkedAnswer {
  @ApiProperty({ enum: textKinds, description: 'Requesters never see a note.' }) kind: string;
  @ApiProperty({ format: 'date-time' }) at: string;
}
class CarrierAnswer {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Readable, unique within the tenant.' })
  number: string | null;
}
class FoundTicketAnswer {
  @ApiProperty({ type: TicketView }) ticket: TicketView;
  @ApiProperty({ type: MarkedAnswer, nullable: true, description: 'What of the subject was asked for.' })
  subject: MarkedAnswer | null;
  @ApiProperty({ type: TextAnswer, nullable: true, description: 'The passage of what was said that answers best.' })
  snippet: TextAnswer | null;
  @ApiProperty({
    type: CarrierAnswer,
    nullable: true,
    description: 'Of a merged ticket: the one that carries it on in the end.',
  })
  carriedOnBy: CarrierAnswer | null;
}
class TicketSearchAnswer extends FoundPageOf(FoundTicketAnswer) {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Tickets that were found; null where nothing but operators was asked.',
  })
  total: number | null;
  @ApiProperty({ description: 'False where there are more than `total`: add words or operators.' })
  complete: boolean;
}

@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/search')
export class TicketSearchHttp {
  constructor(
    private readonly searches: TicketSearches,
    private readonly departments: Departments,
    private readonly sights: Sights,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Search the tickets that the caller may see',
    description:
      'Over subject, messages, notes, people, tags and number. A ticket is found that has all the words, in any of its forms, with or without ' +
      'accents; a word that no ticket has is read as those a letter away, numbers never are. The best first (number, subject, people and tags, ' +
      'then what was said), then the one that moved last. Spam is found by `is:spam` alone.',
  })
  @QueryResponse(TicketSearchAnswer, {
    422: `\`query-too-long\`: more than ${maxQuery} characters. \`too-many-words\`. \`unknown-operator\` and \`wrong-operator\` say what is allowed. \`unknown-department\`.`,
  })
  async search(
    @Query() { q, limit, cursor }: TicketSearchQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<FoundTicketAnswer> & Omit<TicketSearchAnswer, 'items' | 'nextCursor'>> {
    mustBeShort(q);
    const { tenantId } = ctx;
    const list = `ticket-search/${q}`;
    const offset = cursor === undefined ? 0 : this.cursors.decode<number>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket', 'ticket-search', 'department');
    const asked = await this.askedFor(tenantId, q);
    const sight = await this.sights.of(ctx);
    const { items, total, isComplete, corrected } = await refusing(WrongQuery, () =>
      this.searches.search(tenantId, asked, sight, { offset, limit: limit + 1 }),
    );
    const isLast = offset + limit >= maxOffset;
    const cursorOf = () => this.cursors.encode(tenantId, list, offset + limit);
    const found = page(isLast ? items.slice(0, limit) : items, limit, cursorOf, answerOf);
    return { ...found, corrected: corrected ?? null, total, complete: isComplete };
  }

  private async askedFor(tenantId: string, q: string): Promise<TicketSearch> {
    const { words, values } = await refusing(WrongQuery, () => parseQuery(q, operators));
    const { from = [], tag: tags = [], is = [], in: names = [], before, after } = values;
    return {
      ...{ words, from, tags },
      // The operator takes nothing else.
      states: searchStates.filter((state) => is.includes(state)),
      departmentIds: await this.departmentsOf(tenantId, names),
      ...(before && { before: before[0] }),
      ...(after && { after: after[0] }),
    };
  }

  private async departmentsOf(tenantId: string, names: readonly string[]): Promise<readonly (string | null)[]> {
    if (names.length === 0) return [];
    const found = await this.searches.departmentsNamed(tenantId, names);
    const unknown = names.find((name) => name !== noDepartment && !found.has(name));
    if (unknown === undefined) return names.map((name) => found.get(name) ?? null);
    const some = await this.departments.list(tenantId, maxNamed);
    const allowed = some.map(({ department_id }) => `in:${department_id}`).join(', ');
    throw wrongQuery(
      'unknown-department',
      `There is no department \`${unknown}\`. ${allowed === '' ? 'There is none yet.' : `Departments are ${allowed}.`}`,
    );
  }
}

const answerOf = ({ ticket, subject, snippet, carriedOnBy }: FoundTicket): FoundTicketAnswer => ({
  ticket: ticketView(ticket),
  subject: subject && markedAnswer(subject),
  snippet: snippet && { ...markedAnswer(snippet), kind: snippet.kind, at: snippet.at.toISOString() },
  carriedOnBy,
});
