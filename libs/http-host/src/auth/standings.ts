import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import type { Principal } from './principal.js';
import type { Role } from './roles.js';

/** What has become of an account since its token was issued. */
export interface Standing {
  /** The token is good for nothing any more. */
  readonly isEnded: boolean;
  /** What its bearer may do now. */
  readonly roles: readonly Role[];
}

/** Knows the standing of whoever a token names, as far as a service has heard of it. */
export interface StandingSource {
  of(principal: Principal): Standing | Promise<Standing>;
}

export interface StandingChange {
  readonly service: string;
  readonly tenantId: string;
}

/** A token says who somebody was when it was issued. Each service of a host tells here what has changed since. */
@Injectable()
export class Standings {
  private readonly sources = new Map<string, StandingSource>();
  private readonly listeners = new Set<(change: StandingChange) => void>();

  register(service: string, source: StandingSource): void {
    this.sources.set(service, source);
  }

  /**
   * Who is asking the service, with the roles of now.
   * @throws Problem 401 `access-ended` where the token is good for nothing any more.
   */
  async judge(service: string, principal: Principal): Promise<Principal> {
    const source = this.sources.get(service);
    if (source === undefined) return principal;
    const { isEnded, roles } = await source.of(principal);
    if (isEnded) throw accessEnded();
    return roles === principal.roles ? principal : { ...principal, roles };
  }

  /** Accounts of the tenant may have another standing from now on. */
  changed(change: StandingChange): void {
    for (const listener of this.listeners) listener(change);
  }

  onChange(listener: (change: StandingChange) => void): void {
    this.listeners.add(listener);
  }
}

/** The service that a path belongs to. */
export const serviceOf = (url: string): string => url.split(/[/?]/, 2)[1] ?? '';

function accessEnded(): Problem {
  const detail = 'This account was disabled, or its secret was renewed, after the access token was issued.';
  return new Problem(401, 'access-ended', {
    detail,
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${detail}"` },
  });
}
