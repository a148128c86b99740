import { until } from '@guichet/testing';
import type { Journey } from './journey.js';
import { type KnowledgeBase, refusalOf } from './knowledge-base.js';

const [email, phone, iban] = ['jane@firma.pl', '+48 601 234 567', 'PL61109010140000071219812874'];
const answer = `Send the receipt to ${email}, or call ${phone}.\n\nThe money goes to ${iban}.`;
const cleaned = 'Send us the receipt.\n\nThe money goes to the account that you paid from.';

interface Found {
  readonly kind: string;
  readonly path: string;
  readonly text: string;
}

/** What solved a ticket becomes an article: linked to the ticket, and without anybody's data unless somebody says so. */
export const journey: Journey = {
  title: 'draft an article from a resolved ticket',
  async run(kb) {
    const ticketId = await resolvedTicket(kb);
    const begin = (text: object) =>
      kb.send<{ articleId: string; number: number }>('admin', 'POST', '/articles', {
        ...{ ticketId, text: { title: 'Get a refund', ...text } },
      });
    await until('the knowledge base to have heard of the ticket', async () => {
      const refusal = await refusalOf(begin({ body: answer }));
      return refusal.code !== 'unknown-ticket';
    });
    const refusal = await refusalOf(begin({ body: answer }));
    expect(refusal).toMatchObject({ status: 422, code: 'personal-data-found' });
    const { found } = (refusal.document as unknown as { details: { found: Found[] } }).details;
    expect(found.map(({ text }) => text)).toEqual([email, phone, iban]);
    const kinds = found.map(({ kind }) => kind);

    // One that is confirmed stays; the others are taken out.
    const partly = { body: `${cleaned} Questions? ${phone}`, acknowledged: [phone] };
    const { articleId, number } = (await begin(partly)).body;
    expect(await kb.get('author', `/articles/${articleId}/texts`)).toMatchObject({ ticketId });

    // The author writes on: what was confirmed has to be confirmed for the new text too.
    const draft = `/articles/${articleId}/texts/en/draft`;
    const options = { ifMatch: '"1"', idempotencyKey: false } as const;
    const save = (body: object) => kb.send('author', 'PUT', draft, { title: 'Get a refund', ...body }, options);
    const again = await refusalOf(save({ body: `${partly.body}!` }));
    expect(again).toMatchObject({ status: 422, code: 'personal-data-found' });
    await save({ body: cleaned });
    await kb.send('editor', 'POST', `/articles/${articleId}/texts/en/publications`, { revision: 2 });
    const read = await kb.get<{ body: string }>('reader', `/articles/${number}`);
    expect(read.body).toBe(cleaned);
    expect(JSON.stringify(read)).not.toContain(ticketId);
    return { found: kinds, refused: [refusal.status, again.status] };
  },
};

async function resolvedTicket(kb: KnowledgeBase): Promise<string> {
  const admin = kb.as('admin');
  const body = { subject: 'Where is my money?', body: 'I sent it back.', channel: 'portal' };
  const { ticketId } = (await kb.as('requester').send<{ ticketId: string }>('POST', '/intake/v1/tickets', body)).body;
  await admin.send('POST', '/routing/v1/agents', { agentId: await kb.idOf('admin'), name: 'Ada', departmentIds: [] });
  const path = `/routing/v1/tickets/${ticketId}`;
  await until('routing to have heard of the ticket', async () => {
    const state = await admin.get<{ ticketId: string }>(path).catch(() => undefined);
    return state?.ticketId === ticketId;
  });
  await admin.send('POST', `${path}/claim`);
  await admin.send('POST', `${path}/resolve`);
  return ticketId;
}
