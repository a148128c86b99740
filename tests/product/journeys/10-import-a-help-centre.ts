import { pngOf, tarOf } from '@guichet/knowledge/testing';
import type { Journey } from './journey.js';
import type { KnowledgeBase } from './knowledge-base.js';

const address = 'https://acme.zendesk.com/hc';
const [articleCount, translated] = [12, 7];
/** Of so many articles the picture is not in the archive; of the next one it is no picture that may be shown. */
const lost = 2;

interface Imported {
  readonly counts: Readonly<Record<string, number>>;
  readonly events: number;
  readonly findings: readonly { readonly code: string; readonly detail: string }[];
}

/** A help centre comes in: once, with every old address, and every picture is there or listed. */
export const journey: Journey = {
  title: 'import a help centre',
  async run(kb) {
    const archive = helpCentre();
    const dry = await bring(kb, archive, 'true');
    expect(dry).toMatchObject({ events: 0, counts: { articles: articleCount, texts: articleCount + translated } });
    const first = await bring(kb, archive);
    expect([first.counts, first.findings]).toEqual([dry.counts, dry.findings]);
    const again = await bring(kb, archive);
    expect([again.events, again.findings]).toEqual([0, first.findings]);

    const old = Array.from({ length: articleCount }, (_, i) => pathsOf(i)).flat();
    let shown = 0;
    for (const path of old) {
      const { articleId, locale } = await kb.get<{ articleId: string; locale: string }>('reader', '/addresses', {
        path,
      });
      expect(path).toContain(`/${locale.toLowerCase()}/`);
      const { html } = await kb.get<{ html: string }>('reader', `/articles/${articleId}`, { locale });
      const [, picture] = /<img src="\/knowledge\/v1(\/files\/[^"]+)"/.exec(html) ?? [];
      if (picture === undefined) continue;
      expect(await kb.read('reader', picture)).toMatchObject({ status: 200, type: 'image/png' });
      shown++;
    }
    const found = (code: string) => first.findings.filter((finding) => finding.code === code).length;
    const [missing, refused] = [found('picture-missing'), found('picture-refused')];
    // Each translation shows the picture of its article.
    const whole = articleCount + translated - 2 * (lost + 1);
    expect({ shown, missing, refused }).toEqual({ shown: whole, missing: 2 * lost, refused: 1 });
    kb.tell(`${first.events} events`);
    return { addresses: old.length, shown, missing, refused, eventsOfTheSecond: again.events };
  },
};

const bring = (kb: KnowledgeBase, archive: Uint8Array<ArrayBuffer>, dryRun = 'false') =>
  kb.sendFile<Imported>('importer', '/imports', { source: 'acme', format: 'zendesk', dryRun }, archive);

const idOf = (i: number) => 100 + i;
const pathsOf = (i: number) => [
  `/hc/en/articles/${idOf(i)}-Question-${i}`,
  ...(i < translated ? [`/hc/pl/articles/${idOf(i)}-Pytanie-${i}`] : []),
];
const bodyOf = (i: number, words: string) =>
  `<h2>${words} ${i}</h2><p>${words} <a href="${address}/en/articles/${idOf((i + 1) % articleCount)}">next</a></p>` +
  `<img src="${address}/article_attachments/${i}/picture.png" alt="Picture ${i}">`;

function helpCentre(): Uint8Array<ArrayBuffer> {
  const group = { source_locale: 'en', created_at: '2024-01-01T00:00:00Z' };
  const all = Array.from({ length: articleCount }, (_, i) => i);
  const articles = all.map((i) => ({
    ...{ ...group, id: idOf(i), section_id: 2, title: `Question ${i}`, body: bodyOf(i, 'Answer') },
    html_url: `https://acme.zendesk.com${pathsOf(i)[0] ?? ''}`,
  }));
  const translations = all.slice(0, translated).map((i) => ({
    ...{ ...group, source_id: idOf(i), source_type: 'Article', locale: 'pl', title: `Pytanie ${i}` },
    ...{ body: bodyOf(i, 'Odpowiedź'), html_url: `https://acme.zendesk.com${pathsOf(i)[1] ?? ''}` },
  }));
  const records = {
    categories: [{ ...group, id: 1, name: 'Help' }],
    sections: [{ ...group, id: 2, name: 'Questions', category_id: 1 }],
    ...{ articles, translations },
  };
  const pictures = all.slice(lost).map((i) => ({
    path: `article_attachments/${i}/picture.png`,
    content: i === lost ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : pngOf(i + 1, i + 1),
  }));
  const lists = Object.entries(records).map(([name, list]) => ({
    path: `${name}.json`,
    content: JSON.stringify(list),
  }));
  return tarOf(...lists, ...pictures);
}
