/** The query parameters of a KPI, for OpenAPI. */
import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { dimensions, moments } from '../definitions/dimensions.js';
import { cohorts } from '../definitions/forms.js';
import { itemDimensions } from '../definitions/item-forms.js';
import { bucketUnits } from '../definitions/period.js';
import { bots } from '../definitions/question.js';

interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly type?: typeof String;
  readonly enum?: readonly string[];
  readonly isArray?: true;
  readonly example?: string;
}

const filter = (name: string): Parameter => ({
  name,
  isArray: true,
  type: String,
  description: `Only of this ${name}; repeat it for several, leave the value empty for those without one.`,
});

const everyDimension = [...new Set([...dimensions, ...Object.values(itemDimensions).flat()])];

const parameters: readonly Parameter[] = [
  {
    name: 'from',
    type: String,
    description: 'Local date or instant. Without it: from the first day on.',
    example: '2026-01-01',
  },
  {
    name: 'to',
    type: String,
    description: 'Local date or instant, not in the period any more. Without it: to the end of today.',
  },
  { name: 'timeZone', type: String, description: "IANA name; default the tenant's.", example: 'Europe/Paris' },
  {
    name: 'bucket',
    enum: bucketUnits,
    description: 'Adds `series`: at most 5,000 local hours, days, ISO weeks or months.',
  },
  { name: 'groupBy', enum: everyDimension, description: 'Adds `groups`.' },
  ...everyDimension.map(filter),
  {
    name: 'bots',
    enum: bots,
    description: 'Tickets that a bot opened: with the others (default), without them, or only them.',
  },
  {
    name: 'departmentAt',
    enum: moments,
    description:
      'Which department is meant: of the moment the fact was made (default), at the opening, at the first resolution, or now. Rates and means are about tickets opened: there the default is the opening.',
  },
  { name: 'priorityAt', enum: moments, description: 'The same for the priority.' },
  { name: 'clock', enum: ['calendar'], description: 'Around the clock.' },
  {
    name: 'cohort',
    enum: cohorts,
    description: 'Tickets opened in the period, or what happened in it. The definition says the default.',
  },
  { name: 'bands', type: String, description: 'Up to 20 ISO 8601 durations.', example: 'PT1H,P1D,P2D' },
  { name: 'within', type: String, description: 'Of a rate: only what took at most so long.', example: 'PT24H' },
  { name: 'exact', enum: ['true', 'false'], description: 'Percentiles from the facts instead of from histograms.' },
  { name: 'at', type: String, description: 'Of a backlog, and of what is published: the instant; default now.' },
];

/** Not every KPI understands every parameter: the list of KPIs says which. */
export const KpiParameters = (): MethodDecorator =>
  applyDecorators(...parameters.map((parameter) => ApiQuery({ ...parameter, required: false })));
