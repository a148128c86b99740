import { type CommandResult } from '@guichet/event-sourcing';
import { type CommandAnswer, type RequestContext, commandAnswer } from '@guichet/http-host';
import { commandOptions, now } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiProperty } from '@nestjs/swagger';
import { Sights } from '../desk/sight.query.js';
import { type AgentsCommand } from './handling.js';
import { WorkOnTicket } from './handling.handler.js';

export class WorkAnswer {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty({ type: 'integer', description: 'Version of the work on the ticket; also the ETag.' }) version: number;
}

type Moment = { readonly ticketId: string; readonly at: string };

/** What the controllers of a ticket's work have in common: from a request to a command, and to its answer. */
@Injectable()
export class Work {
  constructor(
    private readonly commands: CommandBus,
    private readonly sights: Sights,
  ) {}

  /** @param more members of the answer beside ticketId and version, e.g. the id of what was added (then it is 201). */
  async on(
    ticketId: string,
    ctx: RequestContext,
    toCommand: (about: Moment) => AgentsCommand,
    more: Readonly<Record<string, string>> = {},
  ): Promise<CommandAnswer> {
    await this.sights.mustReach(ctx, ticketId);
    const command = toCommand({ ticketId, at: now() });
    const result: CommandResult = await this.commands.execute(
      new WorkOnTicket(ticketId, command, commandOptions(ctx, 'routing'), ctx.name),
    );
    const body = { ticketId, version: result.version, ...more };
    return commandAnswer('routing', result, body, Object.keys(more).length > 0 ? 201 : 200);
  }
}

/** Problems of every command about a ticket. */
export const workProblems = {
  403: '`not-your-department`: agents of this tenant work for their own departments only.',
  404: '`unknown-ticket`: there is no such ticket in this tenant.',
  409: '`ticket-withdrawn` (spam or merged), `ticket-not-open`.',
} as const;
