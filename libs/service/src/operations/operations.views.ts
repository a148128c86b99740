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
  @ApiProperty({ format: 'uuid' }) tenantId: string;
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
  @ApiProperty({ format: 'uuid' }) tenantId: string;
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

export class BrokenChainView {
  @ApiProperty({ type: 'integer', description: 'The first position that does not fit.' }) from: number;
  @ApiProperty({ type: 'integer', description: 'Up to here it may be any of them.' }) to: number;
  @ApiProperty() reason: string;
}

export class ChainView {
  @ApiProperty({ enum: ['own', 'received'] }) log: string;
  @ApiProperty({ type: 'integer', description: 'The chain was followed up to here.' }) position: number;
  @ApiProperty({
    description: 'The hash there, in hex. Note it elsewhere, to show later that the log is still the same.',
  })
  hash: string;
  @ApiProperty({ type: 'integer', description: 'Newest positions that the next append covers.' }) uncovered: number;
  @ApiProperty({ type: BrokenChainView, required: false }) broken?: BrokenChainView;
}

export class ChainsView {
  @ApiProperty({ type: [ChainView] }) items: ChainView[];
}
