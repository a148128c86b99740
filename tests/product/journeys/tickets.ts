import type { KnowledgeBase } from './knowledge-base.js';

/** A ticket of the requester’s, once the knowledge base knows in which language it was written; answers its id. */
export async function openTicket(
  kb: KnowledgeBase,
  ticket: { readonly subject: string; readonly locale: string },
): Promise<string> {
  const { body, position } = await kb.as('requester').send<{ ticketId: string }>('POST', '/intake/v1/tickets', ticket);
  await kb.as('editor').get('/knowledge/v1/work/corrections', { after: position });
  return body.ticketId;
}
