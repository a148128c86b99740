import { requestContext } from '@guichet/http-host';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { StaffSight } from '@guichet/service';
import type { FastifyRequest } from 'fastify';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Keeps agents from tickets that are out of their sight: the one in the path, and each one that the body names. */
@Injectable()
export class StaffSightGuard implements CanActivate {
  constructor(private readonly sight: StaffSight) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { ticketId } = request.params as { ticketId?: unknown };
    const { intoTicketId } = (request.body ?? {}) as { intoTicketId?: unknown };
    // What is no id is refused by the operation itself.
    const named = [ticketId, intoTicketId].filter((id) => typeof id === 'string').filter((id) => uuid.test(id));
    if (named.length > 0)
      await this.sight.mustSee(
        requestContext(request),
        named.map((id) => id.toLowerCase()),
      );
    return true;
  }
}
