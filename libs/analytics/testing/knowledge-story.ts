/** Test support: writes the events of a knowledge base as they arrive in the received log. */
import type { KnowledgeEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import { receivedEvent } from './received-event.js';
import { tenantId } from './ticket-story.js';

const hexOf = (number: number): string => String(number).padStart(12, '0');
export const articleIdOf = (number: number): string => `0197e2a0-0000-7000-8000-a${hexOf(number).slice(1)}`;
export const categoryIdOf = (number: number): string => `0197e2a0-0000-7000-8000-c${hexOf(number).slice(1)}`;

const streamOf = (data: { articleId?: string; locale?: string }, type: string): string => {
  if (data.articleId === undefined) return type === 'LanguagesSet' ? `library-${tenantId}` : `categories-${tenantId}`;
  return data.locale === undefined ? `article-${data.articleId}` : `text-${data.articleId}.${data.locale}`;
};

/** @param minute after `start` */
export function knowledgeEvent<Type extends keyof KnowledgeEventData>(
  type: Type,
  minute: number,
  data: Omit<KnowledgeEventData[Type], 'at'>,
): RecordedEvent {
  return receivedEvent(streamOf(data, type), type, minute, data);
}
