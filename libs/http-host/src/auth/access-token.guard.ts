import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { RateLimits } from '../limits/rate-limits.js';
import { parseAfter } from '../request/headers.js';
import { AccessTokens } from './access-tokens.js';
import { serviceOf, Standings } from './standings.js';
import { publicKey, type Role, rolesKey } from './roles.js';

/** Everything needs an access token, unless it is @Public(); @Roles() narrows who may. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
    private readonly limits: RateLimits,
    private readonly standings: Standings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(publicKey, places) !== true) {
      await this.authenticate(request, this.reflector.getAllAndOverride<readonly Role[] | undefined>(rolesKey, places));
    }
    if (request.unreadable !== undefined) throw request.unreadable;
    takeAfter(request);
    return true;
  }

  private async authenticate(request: FastifyRequest, allowed: readonly Role[] | undefined): Promise<void> {
    const verifying = request.verifying ?? this.tokens.verify(bearerToken(request));
    const verified = await verifying.catch((error: unknown) => {
      // Guessing costs the one who guesses; what was begun before the body was read has been counted.
      const isNew = request.verifying === undefined;
      if (isNew && error instanceof Problem && error.status === 401) this.limits.admitAddress(request);
      throw error;
    });
    if (!request.isAdmitted) this.limits.admitCaller(request, verified);
    request.verified = verified;
    const principal = await this.standings.judge(serviceOf(request.url), verified);
    request.principal = principal;
    if (principal.tenantId !== undefined) request.correlation.tenantId = principal.tenantId;
    if (allowed === undefined || allowed.some((role) => principal.roles.includes(role))) {
      this.limits.charge(request, principal);
      return;
    }
    throw new Problem(403, 'role-needed', {
      detail: `This needs one of the roles ${allowed.join(', ')}.`,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
    });
  }
}

function bearerToken({ headers: { authorization } }: FastifyRequest): string {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new Problem(401, 'not-authenticated', {
    detail: 'An access token is needed: Authorization: Bearer <token>.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** `after` is every endpoint's parameter: taken out of the query before the endpoint's own ones are validated. */
function takeAfter(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  const { after } = query;
  delete query['after'];
  request.after = parseAfter(request.headers['guichet-after'], after);
}
