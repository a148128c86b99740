/** What the operations endpoints answer, for OpenAPI. */
import { ApiProperty } from '@nestjs/swagger';

export class RebuildState {
  @ApiProperty() projection: string;
  @ApiProperty({ enum: ['running', 'swapped', 'built', 'failed'] }) state: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) progress: object;
  @ApiProperty({ format: 'date-time' }) startedAt: string;
  @ApiProperty({ format: 'date-time', required: false }) endedAt?: string;
  @ApiProperty({ required: false }) error?: string;
}

export class ProjectionsView {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } }) projections: object[];
  @ApiProperty({ type: [RebuildState] }) rebuilds: RebuildState[];
}

export class ConsumerLagView {
  @ApiProperty({ example: 'projection/ticket' }) consumer: string;
  @ApiProperty({ enum: ['own', 'received'] }) log: string;
  @ApiProperty({ type: 'integer' }) position: number;
  @ApiProperty({ type: 'integer' }) head: number;
  @ApiProperty({ type: 'integer', description: 'Events not applied yet.' }) events: number;
  @ApiProperty({ description: 'Age of the oldest event not applied yet; 0 when there is none.' }) seconds: number;
}

export class Consumers {
  @ApiProperty({ type: [ConsumerLagView] }) items: ConsumerLagView[];
}

export class ParkedStreamView {
  @ApiProperty() consumer: string;
  @ApiProperty() log: string;
  @ApiProperty() tenantId: string;
  @ApiProperty() streamId: string;
  @ApiProperty({ type: 'integer' }) events: number;
  @ApiProperty({ type: 'integer' }) firstPosition: number;
  @ApiProperty() firstType: string;
  @ApiProperty() reason: string;
  @ApiProperty({ format: 'date-time' }) parkedAt: string;
}

export class Parked {
  @ApiProperty({ type: [ParkedStreamView] }) items: ParkedStreamView[];
}

export class ParkedEventView {
  @ApiProperty() consumer: string;
  @ApiProperty() log: string;
  @ApiProperty({ type: 'integer' }) position: number;
  @ApiProperty({ format: 'uuid' }) eventId: string;
  @ApiProperty() type: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it failed; null for one that waits behind another of its stream.',
  })
  reason: string | null;
  @ApiProperty({ format: 'date-time' }) parkedAt: string;
}

export class ParkedEvents {
  @ApiProperty({ type: [ParkedEventView] }) items: ParkedEventView[];
}

export class ReplayView {
  @ApiProperty() consumer: string;
  @ApiProperty() log: string;
  @ApiProperty() streamId: string;
  @ApiProperty({ type: 'integer' }) applied: number;
  @ApiProperty({ type: 'integer' }) discarded: number;
  @ApiProperty({ type: 'integer', description: 'Still parked.' }) remaining: number;
  @ApiProperty({ required: false, description: 'Why the first of the remaining failed.' }) reason?: string;
}

export class Replayed {
  @ApiProperty({ type: [ReplayView], description: 'What was done, by consumer.' }) results: ReplayView[];
  @ApiProperty({ type: [ParkedStreamView], description: 'What is parked in this service now.' })
  items: ParkedStreamView[];
}
