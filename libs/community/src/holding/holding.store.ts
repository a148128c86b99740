import { TenantDatabase } from '@guichet/event-sourcing';
import { Cursors, Problem } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  isHeld,
  type Known,
  read,
  type Read,
  recentPosts,
  type Signal,
  signalsOf,
  type Submission,
} from './signals.js';

/** What came with a text beside it. */
export interface Sent {
  /** See `openForm`. */
  readonly form?: string;
  /** What stands in the field that no person sees. */
  readonly honeypot?: string;
}

/** Whose text it is, and where it is to stand. */
export interface Judged extends Omit<Submission, 'form' | 'honeypotFilled' | 'topicActiveAt'> {
  readonly tenantId: string;
  /** By the `sub` of the token: a form is of who opened it. */
  readonly subject: string;
  readonly postId: string;
  /** The topic that is written in; null: it begins with this, or somebody changes what stands there. */
  readonly topicId: string | null;
  readonly sent: Sent;
  /** Nobody needs to look at what they write, who work here or keep order. */
  readonly isTrusted: boolean;
}

export interface Judgement {
  /** As the event of the post says it: signals stand in one that is held. */
  readonly said: { readonly held: boolean; readonly signals?: Signal[] };
  readonly read: Read;
}

/** A form is good for so long: people leave pages open over night. */
export const formHours = 24;

type Place = readonly [openedAtMs: number, formId: string];

/** Looks at what is to be shown, and keeps what the next one is compared with. */
@Injectable()
export class Holding {
  constructor(
    private readonly database: TenantDatabase,
    private readonly cursors: Cursors,
  ) {}

  /** What a page sends back with the text that was written in it: signed, for one text of this person. */
  openForm(tenantId: string, subject: string, at: string): string {
    return this.cursors.encode(tenantId, formOf(subject), [Date.parse(at), randomUUID()] satisfies Place);
  }

  /** To be asked last before the text is stored: a form is used up by it. */
  async judge({ tenantId, subject, postId, topicId, sent, isTrusted, ...text }: Judged): Promise<Judgement> {
    const of = read(text);
    if (isTrusted) return { said: { held: false }, read: of };
    const known = await this.known(tenantId, postId, of);
    const topicActiveAt = topicId === null ? null : await this.activeAt(tenantId, topicId);
    const form = await this.formSent(tenantId, subject, sent, text.at);
    const honeypotFilled = sent.honeypot !== undefined && sent.honeypot !== '';
    const signals = signalsOf({ ...text, topicActiveAt, form, honeypotFilled }, of, known);
    return { said: isHeld(signals) ? { held: true, signals: [...signals] } : { held: false }, read: of };
  }

  /** The text is stored: the next one is compared with it. Its domains are known once readers see it. */
  async note(tenantId: string, postId: string, { print, domains }: Read, isVisible: boolean): Promise<void> {
    await this.database.transaction(tenantId, async (client) => {
      await client.query(
        `insert into post_print (tenant_id, post_id, simhash) values ($1, $2, $3)
         on conflict (tenant_id, post_id) do update set simhash = excluded.simhash, noted_at = excluded.noted_at`,
        [tenantId, postId, print.simhash.toString()],
      );
      await client.query(
        `delete from post_print where tenant_id = $1 and noted_at < (
           select noted_at from post_print where tenant_id = $1 order by noted_at desc offset $2 limit 1)`,
        [tenantId, recentPosts],
      );
      await client.query(
        `delete from used_form where tenant_id = $1 and used_at < clock_timestamp() - make_interval(hours => $2)`,
        [tenantId, formHours],
      );
      if (isVisible && domains.length > 0)
        await client.query(
          'insert into seen_domain (tenant_id, domain) select $1, unnest($2::text[]) on conflict do nothing',
          [tenantId, domains],
        );
    });
  }

  private async known(tenantId: string, postId: string, { domains, print }: Read): Promise<Known> {
    const [seen = [], recent = [], counts = [], totals = []] = await this.database.read(tenantId, [
      {
        name: 'domains that were seen',
        text: 'select domain from seen_domain where tenant_id = $1 and domain = any ($2)',
        values: [tenantId, domains],
      },
      {
        name: 'prints of recent posts',
        text: `select simhash from post_print where tenant_id = $1 and post_id <> $2
               order by noted_at desc limit ${recentPosts}`,
        values: [tenantId, postId],
      },
      {
        name: 'features of spam',
        text: `select feature, spam, honest from read_model.spam_feature
               where tenant_id = $1 and feature = any ($2::int[])`,
        values: [tenantId, print.features],
      },
      {
        name: 'texts that were taught',
        text: 'select spam, honest from read_model.spam_total where tenant_id = $1',
        values: [tenantId],
      },
    ]);
    const features = counts as { feature: number; spam: number; honest: number }[];
    const [total = { spam: 0, honest: 0 }] = totals as { spam: number; honest: number }[];
    return {
      domains: new Set((seen as { domain: string }[]).map(({ domain }) => domain)),
      recent: (recent as { simhash: string }[]).map(({ simhash }) => BigInt(simhash)),
      model: { total, counts: new Map(features.map(({ feature, spam, honest }) => [feature, { spam, honest }])) },
    };
  }

  private async activeAt(tenantId: string, topicId: string): Promise<string | null> {
    const [row] = await this.database.query<{ bumped_at: Date }>(tenantId, {
      name: 'activity of a topic',
      text: 'select bumped_at from read_model.topic where tenant_id = $1 and topic_id = $2',
      values: [tenantId, topicId],
    });
    return row?.bumped_at.toISOString() ?? null;
  }

  private async formSent(tenantId: string, subject: string, { form }: Sent, at: string): Promise<Submission['form']> {
    if (form === undefined) return null;
    const place = this.placeOf(tenantId, subject, form);
    if (place === undefined) return 'forged';
    const [openedAtMs, formId] = place;
    // It was forgotten whether it was used: it says as little as none.
    if (Date.parse(at) - openedAtMs > formHours * 3_600_000) return null;
    const isFirst = await this.database.transaction(tenantId, async (client) => {
      const { rowCount } = await client.query(
        'insert into used_form (tenant_id, form_id) values ($1, $2) on conflict do nothing',
        [tenantId, formId],
      );
      return rowCount === 1;
    });
    return isFirst ? { openedAt: new Date(openedAtMs).toISOString() } : 'used';
  }

  private placeOf(tenantId: string, subject: string, form: string): Place | undefined {
    try {
      return this.cursors.decode<Place>(tenantId, formOf(subject), form);
    } catch (error) {
      if (error instanceof Problem) return undefined; // somebody else's, or made up
      throw error;
    }
  }
}

const formOf = (subject: string): string => `form/${subject}`;
