/** The records of a Zendesk help centre in the files of an archive. Pure. */
import type { ImportFinding } from './imported-library.js';
import { importedPath } from './references.js';
import { type ZendeskExport, zendeskArticleKey, type ZendeskReferences } from './zendesk.js';

type Json = Readonly<Record<string, unknown>>;
type Kind = keyof ZendeskExport;

/** What a record has to have. */
const shapes: Readonly<Record<Kind, Readonly<Record<string, 'number' | 'string'>>>> = {
  categories: { id: 'number', source_locale: 'string', name: 'string' },
  sections: { id: 'number', source_locale: 'string', name: 'string', category_id: 'number' },
  articles: { id: 'number', source_locale: 'string', section_id: 'number', title: 'string', created_at: 'string' },
  translations: { source_id: 'number', source_type: 'string', locale: 'string', title: 'string', created_at: 'string' },
  user_segments: { id: 'number', user_type: 'string' },
};

/** What else is read, and what it must be; what is not is left out. */
const optional: Readonly<Record<string, (value: unknown) => boolean>> = {
  parent_section_id: (value) => typeof value === 'number',
  body: (value) => typeof value === 'string',
  draft: (value) => typeof value === 'boolean',
  label_names: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  user_segment_id: (value) => typeof value === 'number',
  html_url: (value) => typeof value === 'string',
  edited_at: (value) => typeof value === 'string',
  updated_at: (value) => typeof value === 'string',
};

const kinds = Object.keys(shapes) as Kind[];

/** `articles.json`, `articles-2.json`: pages of one list. Undefined for another file. */
export const zendeskKindOf = (path: string): Kind | undefined => {
  const [, name] = /^(?:.*\/)?([a-z_]+?)(?:[-_]?\d+)?\.json$/.exec(path) ?? [];
  return kinds.find((kind) => kind === name);
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param texts files of which `zendeskKindOf` knows what they hold
 * @returns the records that can be read; `findings` names the others
 */
export function zendeskRecords(texts: ReadonlyMap<string, string>): {
  readonly records: ZendeskExport;
  readonly findings: readonly ImportFinding[];
} {
  const findings: ImportFinding[] = [];
  const found: Record<Kind, Json[]> = {
    ...{ categories: [], sections: [], articles: [], translations: [], user_segments: [] },
  };
  for (const [path, text] of texts) {
    const kind = zendeskKindOf(path);
    const list = kind && listIn(text, kind);
    if (kind === undefined || list === undefined) {
      findings.push({ code: 'not-imported', key: path, detail: 'It is no JSON with a list of records' });
      continue;
    }
    list.forEach((record, place) => {
      const read = recordOf(record, kind);
      if (read !== undefined) found[kind].push(read);
      else
        findings.push({ code: 'not-imported', key: `${path}#${place}`, detail: `A record without ${fieldsOf(kind)}` });
    });
  }
  return { records: found as unknown as ZendeskExport, findings };
}

const fieldsOf = (kind: Kind): string => Object.keys(shapes[kind]).join(', ');

function listIn(text: string, kind: Kind): readonly unknown[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list: unknown = isJson(json) ? json[kind] : json;
  return Array.isArray(list) ? list : undefined;
}

function recordOf(record: unknown, kind: Kind): Json | undefined {
  if (!isJson(record)) return undefined;
  const fields = Object.entries(shapes[kind]);
  if (fields.some(([name, type]) => typeof record[name] !== type)) return undefined;
  const more = Object.entries(optional).filter(([name, accepts]) => accepts(record[name]));
  return {
    ...{ body: null, draft: false },
    ...Object.fromEntries([...fields, ...more].map(([name]) => [name, record[name]])),
  };
}

/** Pictures by the path of their address, whole or from `article_attachments/` on; articles by their keys. */
export function zendeskReferences({ articles }: ZendeskExport, paths: ReadonlySet<string>): ZendeskReferences {
  const keys = new Set(articles.map(({ id }) => zendeskArticleKey(id)));
  return {
    picture: (source) => {
      const path = pathOf(source);
      const attachment = /article_attachments\/.*$/s.exec(path)?.[0];
      const found = [path, attachment].find((one) => one !== undefined && paths.has(one));
      return found === undefined ? undefined : importedPath(found);
    },
    article: (key) => (keys.has(key) ? importedPath(key) : undefined),
  };
}

function pathOf(source: string): string {
  try {
    return decodeURIComponent(new URL(source, 'https://help.invalid/').pathname.slice(1));
  } catch {
    return '';
  }
}
