/**
 * The page to read and try a service's API. Made here, from the OpenAPI document: Swagger UI would need its files on
 * disk, which a bundle that runs in an empty folder does not have.
 */
import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Readonly<Record<string, unknown>>;
type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly $ref?: string;
};
type Operation = {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> };
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
};

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

function resolve(document: OpenAPIObject, { $ref }: { readonly $ref?: unknown }): unknown {
  if (typeof $ref !== 'string') return undefined;
  return $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
}

/** An example of what a schema takes: examples if there are any, otherwise the type's name. */
function sample(document: OpenAPIObject, schema: Json, depth = 0): unknown {
  const target = (resolve(document, schema) as Json | undefined) ?? schema;
  if (target['example'] !== undefined) return target['example'];
  if (Array.isArray(target['allOf'])) return sample(document, target['allOf'][0] as Json, depth);
  if (Array.isArray(target['enum'])) return target['enum'][0];
  if (depth > 5) return {};
  if (target['type'] === 'array') return [sample(document, (target['items'] ?? {}) as Json, depth + 1)];
  if (target['properties'] !== undefined) {
    const properties = Object.entries(target['properties'] as Readonly<Record<string, Json>>);
    return Object.fromEntries(properties.map(([name, property]) => [name, sample(document, property, depth + 1)]));
  }
  if (target['type'] === 'integer' || target['type'] === 'number') return target['minimum'] ?? 0;
  if (target['type'] === 'boolean') return false;
  return target['type'] === 'object' ? {} : (target['format'] ?? 'text');
}

function input(document: OpenAPIObject, parameter: Parameter): string {
  const {
    name,
    in: place,
    required = false,
    description = '',
  } = (resolve(document, parameter) as Parameter | undefined) ?? parameter;
  const label = `${escape(name)}${required ? ' *' : ''} <small>${escape(place)}</small>`;
  return `<label>${label}<input name="${escape(name)}" data-in="${escape(place)}" title="${escape(description)}"></label>`;
}

function operationHtml(document: OpenAPIObject, method: string, path: string, operation: Operation): string {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation;
  const schema = requestBody?.content?.['application/json']?.schema;
  const body =
    schema === undefined
      ? ''
      : `<label>body<textarea rows="8" spellcheck="false">${escape(JSON.stringify(sample(document, schema), null, 2))}</textarea></label>`;
  const answers = Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description: text = '' }]) => `<li>${escape(status)} ${escape(text)}</li>`);
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(summary)}</summary>
<p>${escape(description)}</p><ul>${answers.join('')}</ul>
<form data-method="${method}" data-path="${escape(path)}">${parameters.map((parameter) => input(document, parameter)).join('')}${body}
<button>Send</button></form><pre class="answer" aria-live="polite"></pre></details>`;
}

export function docsPage(base: string, document: OpenAPIObject): string {
  const { title, description } = document.info;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Readonly<Record<string, unknown>>)[method];
      return operation === undefined ? [] : [operationHtml(document, method, path, operation as Operation)];
    }),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><link rel="stylesheet" href="${base}/docs/page.css"></head><body><main>
<h1>${escape(title)}</h1><p>${escape(description ?? '')}</p>
<p><a href="${base}/openapi.json">openapi.json</a></p>
<label>access token <input id="token" type="password" autocomplete="off" spellcheck="false"></label>
${operations.join('\n')}
</main><script src="${base}/docs/page.js" defer></script></body></html>`;
}

export const docsStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 } main { max-width: 60rem; margin: 0 auto; padding: 1rem }
details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: .5rem .75rem }
summary { cursor: pointer } summary b { display: inline-block; min-width: 4.5rem }
label { display: block; margin: .4rem 0 } input, textarea { display: block; width: 100%; box-sizing: border-box; font: 14px ui-monospace, monospace; padding: .35rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px } button { font: inherit; padding: .3rem 1rem }
`;

/** Runs in the browser: sends what the form says and shows the answer. The token stays in the page. */
export const docsScript = `
for (const form of document.querySelectorAll('form')) form.addEventListener('submit', async (submitted) => {
  submitted.preventDefault();
  const answer = form.parentElement.querySelector('.answer');
  const headers = new Headers();
  const query = new URLSearchParams();
  let path = form.dataset.path;
  const token = document.getElementById('token').value.trim();
  if (token) headers.set('authorization', 'Bearer ' + token);
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    if (dataset.in === 'path') path = path.replace('{' + name + '}', encodeURIComponent(value));
    else if (value !== '' && dataset.in === 'query') query.append(name, value);
    else if (value !== '' && dataset.in === 'header') headers.set(name, value);
  }
  const body = form.querySelector('textarea')?.value;
  if (body !== undefined) headers.set('content-type', 'application/json');
  const address = query.size > 0 ? path + '?' + query : path;
  try {
    const response = await fetch(address, { method: form.dataset.method.toUpperCase(), headers, body });
    const lines = [response.status + ' ' + response.statusText, ...[...response.headers].map(([name, value]) => name + ': ' + value)];
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: shown as it is */ }
    answer.textContent = lines.join('\\n') + '\\n\\n' + shown;
  } catch (error) {
    answer.textContent = String(error);
  }
});
`;
