/** The demo's forum, as its files say it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type DemoForum, type ForumTopic, inTurn } from './forum.js';

/** A bundle has the folder beside itself. */
const folder = fileURLToPath(new URL('../forum', import.meta.url));

/** Each has a file of topics. */
export const forumLocales = ['en', 'fr', 'pl'] as const;

const contentOf = async <T>(name: string): Promise<T> =>
  parse(await readFile(join(folder, `${name}.yaml`), 'utf8')) as T;

export async function demoForum(): Promise<DemoForum> {
  const people = await contentOf<Pick<DemoForum, 'members' | 'agents'>>('people');
  const categories = await contentOf<DemoForum['categories']>('categories');
  const topics = await Promise.all(
    forumLocales.map(async (locale) => {
      const said = await contentOf<readonly Omit<ForumTopic, 'locale'>[]>(`topics.${locale}`);
      return said.map((topic) => ({ ...topic, locale }));
    }),
  );
  return { ...people, categories, topics: inTurn(topics) };
}
