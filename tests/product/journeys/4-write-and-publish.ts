import type { Journey } from './journey.js';
import { type KnowledgeBase, refusalOf, type Saved } from './knowledge-base.js';

const text = (body: string) => ({ title: 'Umbrella stands', body });
/** How often a reader looks for what was published, without waiting for it, before it counts as lost. */
const maxLooks = 2_000;

/** A draft is returned, submitted and published; it is found at once, and nobody overwrites what another one saved. */
export const journey: Journey = {
  title: 'write, review and publish an article',
  async run(kb) {
    const { articleId, number } = await kb.begin();
    const at = (path: string) => `/articles/${articleId}/texts/en${path}`;
    const first = await kb.save(articleId, 'en', text('Rain is coming.'));
    await kb.send('author', 'POST', at('/submissions'));
    expect(await waiting(kb)).toEqual([number]);
    await kb.send('editor', 'POST', at('/returns'), { reason: 'Say where they stand.' });
    expect(await waiting(kb)).toEqual([]);
    const draft = await kb.get<{ version: number; body: string; returnReason: string }>('author', at('/draft'));
    expect(draft).toMatchObject({ returnReason: 'Say where they stand.', body: 'Rain is coming.' });

    const saved = await kb.save(articleId, 'en', text('They stand beside the door.'), draft.version);
    // Somebody who has read the draft before it was returned saves it now: too late, and nothing is lost.
    const refusal = await refusalOf(kb.save(articleId, 'en', text('Under the stairs.'), first.version));
    expect(refusal).toMatchObject({ status: 412, code: 'stale-version' });
    expect(refusal.document).toMatchObject({ actualVersion: saved.version });
    const kept = await kb.as('author').ask<Saved & { body: string }>('GET', `/knowledge/v1${at('/draft')}`);
    expect(kept).toMatchObject({ etag: `"${saved.version}"`, body: { body: 'They stand beside the door.' } });

    await kb.send('author', 'POST', at('/submissions'));
    expect(await waiting(kb)).toEqual([number]);
    expect(await found(kb)).toEqual([]);
    await kb.send('editor', 'POST', at('/publications'), { revision: saved.revision });
    const begin = performance.now();
    const looks = await looksUntilFound(kb, number);
    kb.tell(`searchable ${Math.round(performance.now() - begin)} ms after the answer, at look ${looks}`);
    expect(looks).toBeLessThanOrEqual(maxLooks);
    // Whoever has published sees it without waiting.
    expect(await found(kb)).toEqual([number]);
    expect(await kb.get('reader', `/articles/${number}`)).toMatchObject({ body: 'They stand beside the door.' });
    return { revision: saved.revision, status: refusal.status };
  },
};

async function waiting(kb: KnowledgeBase): Promise<number[]> {
  const { items } = await kb.get<{ items: { number: number }[] }>('editor', '/work/reviews');
  return items.map(({ number }) => number);
}

const query = { q: 'umbrella door', locale: 'en' };

async function found(kb: KnowledgeBase): Promise<number[]> {
  const { items } = await kb.get<{ items: { number: number }[] }>('reader', '/search', query);
  return items.map(({ number }) => number);
}

async function looksUntilFound(kb: KnowledgeBase, number: number): Promise<number> {
  for (let look = 1; ; look++) {
    const { items } = await kb.as('reader').get<{ items: { number: number }[] }>('/knowledge/v1/search', { query });
    if (items.some((item) => item.number === number) || look > maxLooks) return look;
  }
}
