import { type Audience, rankOf } from '@guichet/contracts';
import { type CommandOptions, EventStore } from '@guichet/event-sourcing';
import type { RequestContext } from '@guichet/http-host';
import { commandOptions } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { audienceOf, moderators, staff } from '../callers.http.js';
import { type Category, categoryDecider } from '../category/category.js';
import { type Member, memberDecider, mustBeFree, mustBeThere } from '../member/member.js';
import { Members } from '../member/members.store.js';
import type { Acting } from './acting.js';
import { topicDecider } from './decide.js';
import { unknownTopic } from './refusals.js';
import type { Topic } from './topic.js';

/** Who asks, as far as their token says it. */
export interface Caller {
  readonly tenantId: string;
  readonly subject: string;
  readonly audience: Audience;
  readonly moderatesAll: boolean;
  readonly isStaff: boolean;
}

/** A member who acts: `Acting`, and that they are one. */
export type ActingMember = Acting & { readonly memberId: string };

/** A topic that the caller may read, with the category that it is in. */
export interface Readable {
  readonly topic: Topic;
  readonly category: Category;
}

export const callerOf = (ctx: RequestContext): Caller => ({
  ...{ tenantId: ctx.tenantId, subject: ctx.subject, audience: audienceOf(ctx) },
  ...{ moderatesAll: ctx.is(...moderators), isStaff: ctx.is(...staff) },
});

/** As `commandOptions`, with the version of no stream: what is named by `If-Match` is something in it. */
export function optionsFor(ctx: RequestContext): CommandOptions {
  const { expectedVersion: _, ...options } = commandOptions(ctx, 'community');
  return options;
}

/** In what happens members stand by their ids, not by what their tokens call them. */
export const asMember = (options: CommandOptions, { memberId }: Acting): CommandOptions => {
  const { context } = options;
  return memberId === null
    ? options
    : { ...options, context: { ...context, actor: { ...context.actor, id: memberId } } };
};

/** Finds who acts, and what they act on. */
@Injectable()
export class Actors {
  constructor(
    private readonly events: EventStore,
    private readonly members: Members,
  ) {}

  /**
   * A member who may write at the time.
   * @throws Problem 409 `not-a-member`
   * @throws DomainError 404 `unknown-member`: they are being erased; 409 `silenced`, `suspended`
   */
  async member(caller: Caller, category: Category, at: string): Promise<ActingMember> {
    const memberId = await this.members.mustBeMember(caller.tenantId, caller.subject);
    const { state } = await this.events.load(memberDecider, caller.tenantId, memberId);
    mustBeThere(state);
    mustBeFree(state, at);
    return { ...actingOf(caller, category, state), memberId };
  }

  /** Who arranges: a moderator need not have joined. What a member may not write at the time, they may not do. */
  async arranger(caller: Caller, category: Category, at: string): Promise<Acting> {
    const memberId = await this.members.idOf(caller.tenantId, caller.subject);
    if (memberId !== undefined) return this.member(caller, category, at);
    const acting = actingOf(caller, category, { level: 0 });
    if (acting.isModerator) return acting;
    return this.member(caller, category, at);
  }

  /** @throws DomainError 404 `unknown-topic`: there is none, or it is not for the caller */
  async readable({ tenantId, audience }: Pick<Caller, 'tenantId' | 'audience'>, topicId: string): Promise<Readable> {
    const { state: topic } = await this.events.load(topicDecider, tenantId, topicId);
    if (!topic.isThere) throw unknownTopic();
    const { state: category } = await this.events.load(categoryDecider, tenantId, topic.categoryId);
    if (rankOf(category.audience) > rankOf(audience)) throw unknownTopic();
    return { topic, category };
  }
}

const actingOf = (caller: Caller, { moderators: own }: Category, { level }: Pick<Member, 'level'>): Acting => ({
  memberId: null,
  level,
  isModerator: caller.moderatesAll || own.has(caller.subject),
});
