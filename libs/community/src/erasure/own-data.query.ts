import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface OwnRows {
  readonly topics: readonly { topic_id: string; number: string; title: string; locale: string; started_at: Date }[];
  readonly editions: readonly {
    post_id: string;
    topic_id: string;
    edition: number;
    state: string;
    body: string;
    written_at: Date;
  }[];
  readonly votes: readonly { post_id: string; cast_at: Date }[];
  readonly flags: readonly { post_id: string; reason: string; note: string | null; flagged_at: Date }[];
  readonly appeals: readonly { post_id: string; appeal: string; appealed_at: Date }[];
  readonly reading: readonly { topic_id: string; posts: number; seconds: number; read_at: Date }[];
}

/** Everything that the community knows of a member, their own texts in every edition. */
@Injectable()
export class OwnData {
  constructor(private readonly database: TenantDatabase) {}

  async of(tenantId: string, memberId: string): Promise<OwnRows> {
    const values = [tenantId, memberId];
    const where = 'tenant_id = $1 and member_id = $2';
    const [topics, editions, votes, flags, appeals, reading] = await this.database.read(tenantId, [
      {
        text: `select topic_id, number, title, locale, started_at from read_model.topic
               where ${where} order by started_at, topic_id`,
        values,
      },
      {
        text: `select post_id, topic_id, edition.edition, state, edition.body, written_at
               from read_model.post join read_model.post_edition as edition using (tenant_id, post_id)
               where ${where} order by written_at, post_id`,
        values,
      },
      { text: `select post_id, cast_at from read_model.post_vote where ${where} order by cast_at, post_id`, values },
      {
        text: `select post_id, reason, note, flagged_at from read_model.review_flag where ${where} order by position`,
        values,
      },
      {
        text: `select post_id, appeal, appealed_at from read_model.review_item
               where tenant_id = $1 and author_id = $2 and appeal is not null order by appealed_at, post_id`,
        values,
      },
      {
        text: `select topic_id, posts, seconds, read_at from read_mark where ${where} order by read_at, topic_id`,
        values,
      },
    ]);
    return { topics, editions, votes, flags, appeals, reading } as unknown as OwnRows;
  }
}
