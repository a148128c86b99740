/** The shapes of the answers, for OpenAPI. */
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { Answer, Definition, Group, Step, Tally } from './answer.js';
import type { Row } from './rows.query.js';
import type { Band, Reason, Summary } from './summary.js';
import type { ItemRow } from '../items/item-rows.query.js';
import type { Through } from './through.query.js';

const optional = (options: ApiPropertyOptions = {}) =>
  ApiProperty({ ...options, required: false } as ApiPropertyOptions);
const statistic = (description: string) => optional({ type: 'number', nullable: true, description });

class ReasonView implements Reason {
  @ApiProperty({ enum: ['no-tickets', 'nothing-measured', 'nothing-happened', 'no-denominator', 'empty-backlog'] })
  code: Reason['code'];
  @ApiProperty() text: string;
}

class BandView implements Band {
  @ApiProperty({ example: 'PT1H', description: 'ISO 8601 duration; a day has 24 hours.' }) within: string;
  @ApiProperty({ type: 'integer' }) n: number;
  @ApiProperty({ type: 'number', nullable: true, description: 'n ÷ of' }) share: number | null;
  @ApiProperty({ type: 'integer', description: 'Not there yet, but young enough to come within.' }) stillOpen: number;
}

class TotalView {
  @ApiProperty({ type: 'integer' }) sum: number;
  @ApiProperty({ type: 'number', nullable: true }) mean: number | null;
  @ApiProperty({ type: 'integer' }) ticketsWithAny: number;
}

class SummaryView implements Summary {
  @ApiProperty({ type: 'number', nullable: true, description: 'The number; null where there is none: see `reason`.' })
  value: number | null;
  @optional({ type: ReasonView, description: 'Why there is no value.' }) reason?: ReasonView;
  @optional({ type: 'integer', description: 'How many were measured.' }) n?: number;
  @optional({ type: 'integer', description: 'The population they are part of.' }) of?: number;
  @optional({ type: 'integer', description: 'Those of the population that may still come to it.' }) open?: number;
  @optional({ type: 'number' }) sum?: number;
  @statistic('sum ÷ n') mean?: number | null;
  @statistic('Percentiles by type 7 (linear interpolation).') median?: number | null;
  @statistic('75th percentile') p75?: number | null;
  @statistic('90th percentile') p90?: number | null;
  @statistic('95th percentile') p95?: number | null;
  @statistic('Smallest') min?: number | null;
  @statistic('Largest') max?: number | null;
  @optional({ type: [BandView] }) bands?: BandView[];
  @optional({ type: 'number', description: 'Of a rate.' }) numerator?: number;
  @optional({ type: 'number', description: 'Of a rate.' }) denominator?: number;
  @optional({ type: 'integer', description: 'Tickets with at least one.' }) ticketsWithAny?: number;
  @optional({ type: TotalView, description: 'The same beyond the first resolution.' }) total?: TotalView;
  @optional({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'What the definition names beside the value.',
  })
  parts?: Record<string, number>;
}

class StepView extends SummaryView implements Step {
  @ApiProperty({ example: '2026-W05', description: 'The local hour, day, ISO week or month.' }) label: string;
  @ApiProperty({ format: 'date-time' }) from: string;
  @ApiProperty({ format: 'date-time' }) to: string;
  @optional({ format: 'date-time', description: 'Of what lasts, such as a backlog: the instant.' }) at?: string;
}

class GroupView extends SummaryView implements Group {
  @ApiProperty({ type: 'string', nullable: true, description: 'Null: those without one.' }) key: string | null;
  @ApiProperty({ type: 'string', nullable: true }) label: string | null;
  @optional({ type: [StepView] }) series?: StepView[];
}

class DefinitionView implements Definition {
  @ApiProperty({ type: 'integer' }) version: number;
  @ApiProperty() title: string;
  @ApiProperty() text: string;
  @ApiProperty() population: string;
  @ApiProperty({ enum: ['calendar'] }) clock: 'calendar';
}

class PeriodView {
  @ApiProperty({ format: 'date-time' }) from: string;
  @ApiProperty({ format: 'date-time', description: 'Not in it: the period is half-open.' }) to: string;
  @ApiProperty({ example: 'Europe/Paris' }) timeZone: string;
}

class ThroughView implements Through {
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the newest event in the answer was recorded.',
  })
  recordedAt: string | null;
  @ApiProperty({ type: 'integer', description: 'Age of the oldest event not in the answer yet, in milliseconds.' })
  lagMs: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { received: 12, intake: 5, routing: 7 },
  })
  positions: Record<string, number>;
}

class TallyView implements Tally {
  @ApiProperty({ type: 'number' }) value: number;
  @ApiProperty({ type: 'integer' }) tickets: number;
}

export class KpiAnswer extends SummaryView implements Answer {
  @ApiProperty({ example: 'first-response-time' }) kpi: string;
  @ApiProperty({ example: 'seconds' }) unit: string;
  @ApiProperty({ enum: ['count', 'median', 'rate', 'mean'], description: 'What `value` is.' }) statistic: string;
  @ApiProperty({ type: DefinitionView }) definition: DefinitionView;
  @optional({ enum: ['cohort', 'flow'] }) cohort?: Answer['cohort'];
  @optional({ type: PeriodView }) period?: PeriodView;
  @optional({ format: 'date-time', description: 'Of what lasts, such as a backlog: the instant of the value.' })
  at?: string;
  @ApiProperty({ description: 'Percentiles, min and max from the facts. All else is always exact.' }) exact: boolean;
  @ApiProperty({ type: 'number', description: 'How far off percentiles, min and max may be.' })
  relativeErrorPercent: number;
  @optional({ type: [TallyView], description: 'How many tickets have how many; above 50 to within the error.' })
  distribution?: TallyView[];
  @optional({ type: [TallyView] }) totalDistribution?: TallyView[];
  @optional() groupBy?: string;
  @optional({ type: [GroupView], description: 'Largest first.' }) groups?: GroupView[];
  @optional() bucket?: string;
  @optional({ type: [StepView] }) series?: StepView[];
  @ApiProperty({ type: ThroughView }) through: ThroughView;
}

class KpiView extends DefinitionView {
  @ApiProperty() id: string;
  @ApiProperty() unit: string;
  @ApiProperty() statistic: string;
  @ApiProperty({ type: [String], description: 'Ways to ask, the default first; empty for a backlog.' })
  cohorts: readonly string[];
  @ApiProperty({ type: [String], description: 'The query parameters it understands.' }) parameters: readonly string[];
}

export class KpiList {
  @ApiProperty({ type: [KpiView] }) items: KpiView[];
}

class RowView implements Row {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty({ type: 'string', nullable: true }) number: string | null;
  @ApiProperty({ type: 'string', nullable: true, enum: ['open', 'resolved', 'closed'] }) status: string | null;
  @ApiProperty({ format: 'date-time', description: 'When it counts: the opening, or of a flow the event.' }) at: string;
  @ApiProperty({ format: 'date-time' }) openedAt: string;
  @ApiProperty({ type: 'integer', description: 'What it adds to `count`.' }) n: number;
  @ApiProperty({ type: 'integer', description: 'What it adds to `sum`.' }) value: number;
  @ApiProperty({ type: 'string', nullable: true }) departmentId: string | null;
  @ApiProperty({ type: 'string', nullable: true }) priority: string | null;
  @ApiProperty({ type: 'string', nullable: true }) agentId: string | null;
  @ApiProperty({ type: 'string', nullable: true }) channel: string | null;
}

export class KpiRows {
  @ApiProperty() kpi: string;
  @ApiProperty() unit: string;
  @optional({ type: PeriodView }) period?: PeriodView;
  @optional({ format: 'date-time' }) at?: string;
  @ApiProperty({
    type: 'integer',
    description: 'Of a duration or mean its n, of a rate its denominator, of a count how many were counted.',
  })
  count: number;
  @ApiProperty({
    type: 'number',
    description: 'Of a duration or mean its sum, of a rate its numerator, of a count the value.',
  })
  sum: number;
  @ApiProperty({ type: [RowView], description: 'By time, oldest first.' }) items: readonly RowView[];
  @ApiProperty({ type: 'string', nullable: true }) nextCursor: string | null;
  @ApiProperty({ type: ThroughView }) through: ThroughView;
}

class ItemRowView implements ItemRow {
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'null: the row is about no article.' })
  articleId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The visit; null: it is about none.' })
  sessionId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'null: the row is about no question.' })
  topicId: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the article or topic.' }) number: number | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'null: of every language of it.' })
  language: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Of the article or topic, now.' }) categoryId:
    string | null;
  @ApiProperty({ format: 'date-time', description: 'Since when it is so, or when it happened.' }) at: string;
  @ApiProperty({ type: 'integer', description: 'What it adds to `count`.' }) n: number;
  @ApiProperty({ type: 'integer', description: 'What it adds to `sum`.' }) value: number;
}

export class ItemKpiRows {
  @ApiProperty() kpi: string;
  @ApiProperty() unit: string;
  @optional({ type: PeriodView }) period?: PeriodView;
  @optional({ format: 'date-time', description: 'Of what lasts: the instant.' }) at?: string;
  @ApiProperty({
    type: 'number',
    description: 'Of a share what it divides by, of a duration its n, of a count how many rows there are.',
  })
  count: number;
  @ApiProperty({
    type: 'number',
    description: 'Of a share what it divides, of a duration its sum, of a count the value.',
  })
  sum: number;
  @ApiProperty({ type: [ItemRowView], description: 'By time, oldest first.' }) items: readonly ItemRowView[];
  @ApiProperty({ type: 'string', nullable: true }) nextCursor: string | null;
  @ApiProperty({ type: ThroughView }) through: ThroughView;
}
