import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export const levels = ['watching', 'normal', 'muted'] as const;
/** `watching`: of everything. `normal`: of where they write. `muted`: of nothing. */
export type Level = (typeof levels)[number];

export const noticeKinds = ['topic', 'post', 'accepted'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Days for which what was told is kept; older ones go when the member reads. */
const keptDays = 90;

/** What members are told of. */
export interface Cause {
  readonly kind: NoticeKind;
  readonly topicId: string;
  readonly postId: string;
  /** Who did it: they know. */
  readonly memberId: string | null;
  readonly position: number;
  readonly at: string;
}

export interface NoticeRow {
  readonly notice_id: string;
  readonly kind: NoticeKind;
  readonly topic_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly title: string;
  readonly post_id: string;
  readonly events: number;
  readonly last_position: string;
  readonly told_at: Date;
  readonly read_at: Date | null;
}

/** Those who follow the topic or write in it (`post`), follow its category (`topic`), or wrote the post (`accepted`). */
const recipients: Readonly<Record<NoticeKind, string>> = {
  post: `select member_id from read_model.post where tenant_id = $1 and topic_id = $2 and state = 'visible'
         union select member_id from subscription where tenant_id = $1 and target_id = $2 and level = 'watching'`,
  topic: `select subscription.member_id from subscription join read_model.topic
            on topic.tenant_id = $1 and topic.topic_id = $2 and target_id = topic.category_id
          where subscription.tenant_id = $1 and level = 'watching'`,
  accepted: `select member_id from read_model.post where tenant_id = $1 and post_id = $3`,
};

/** Whom members follow, and what they are told. */
@Injectable()
export class Notices {
  constructor(private readonly database: TenantDatabase) {}

  async follow(tenantId: string, memberId: string, targetId: string, level: Level): Promise<void> {
    await this.database.transaction(tenantId, (client) =>
      level === 'normal'
        ? client.query('delete from subscription where tenant_id = $1 and member_id = $2 and target_id = $3', [
            ...[tenantId, memberId, targetId],
          ])
        : client.query(
            `insert into subscription values ($1, $2, $3, $4)
             on conflict (tenant_id, member_id, target_id) do update set level = excluded.level`,
            [tenantId, memberId, targetId, level],
          ),
    );
  }

  /**
   * Tells all whom the cause concerns, each once: it is told again and again until it was told. In one statement, so
   * that ten thousand who follow wait for one another no longer than one does.
   */
  async tell(tenantId: string, { kind, topicId, postId, memberId, position, at }: Cause): Promise<void> {
    await this.database.transaction(tenantId, (client) =>
      client.query(
        `with recipient as (
           select distinct member_id from (${recipients[kind]}) as told
           where member_id is distinct from $4::uuid and not exists (
             select 1 from subscription as muted join read_model.topic
               on topic.tenant_id = $1 and topic.topic_id = $2
             where muted.tenant_id = $1 and muted.member_id = told.member_id and level = 'muted'
               and target_id in ($2, topic.category_id))),
         known as (
           select member_id from recipient where exists (
             select 1 from notice where notice.tenant_id = $1 and notice.member_id = recipient.member_id
               and topic_id = $2 and kind = $5 and last_position >= $6)),
         added as (
           update notice set events = events + 1, last_position = $6, told_at = $7
           from recipient
           where notice.tenant_id = $1 and notice.member_id = recipient.member_id and topic_id = $2 and kind = $5
             and read_at is null and recipient.member_id not in (select member_id from known)
           returning notice.member_id)
         insert into notice
         select $1, member_id, gen_random_uuid(), $5, $2, $3::uuid, 1, $6, $6, $7 from recipient
         where member_id not in (select member_id from known) and member_id not in (select member_id from added)
         on conflict do nothing`,
        [tenantId, topicId, postId, memberId, kind, position, at],
      ),
    );
  }

  /** What the member may see now, newest first; `before` is the last one seen. */
  read(tenantId: string, memberId: string, rank: number, limit: number, before: string): Promise<NoticeRow[]> {
    return this.database.query<NoticeRow>(tenantId, {
      name: 'notices of a member',
      text: `select notice_id, notice.kind, notice.topic_id, number, title, notice.post_id, events, last_position,
               told_at, read_at
             from notice
               join read_model.topic on topic.tenant_id = $1 and topic.topic_id = notice.topic_id
               join read_model.post on post.tenant_id = $1 and post.post_id = notice.post_id
               join read_model.forum_category on forum_category.tenant_id = $1
                 and forum_category.category_id = topic.category_id
             where notice.tenant_id = $1 and notice.member_id = $2 and first_state = 'visible' and state = 'visible'
               and audience <= $3 and last_position < $5::bigint
             order by last_position desc limit $4`,
      values: [tenantId, memberId, rank, limit, before],
    });
  }

  /** All, or those of one topic, are read. */
  async markRead(tenantId: string, memberId: string, at: string, topicId?: string): Promise<void> {
    await this.database.transaction(tenantId, async (client) => {
      await client.query(
        `update notice set read_at = $3 where tenant_id = $1 and member_id = $2 and read_at is null
           and ($4::uuid is null or topic_id = $4)`,
        [tenantId, memberId, at, topicId ?? null],
      );
      await client.query(
        `delete from notice where tenant_id = $1 and member_id = $2
           and told_at < $3::timestamptz - make_interval(days => $4)`,
        [tenantId, memberId, at, keptDays],
      );
    });
  }
}
