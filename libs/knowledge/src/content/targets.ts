/** Where a link or picture of an article leads. */
export type Target =
  | { readonly kind: 'article'; readonly number: number; readonly fragment?: string }
  | { readonly kind: 'file'; readonly id: string }
  /** A heading of the same article. */
  | { readonly kind: 'heading'; readonly fragment: string }
  /** A path of the portal itself. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'outer'; readonly url: string }
  /** Anything else: a scheme that is not allowed, or a relative address, which means nothing here. */
  | { readonly kind: 'refused'; readonly url: string };

const article = /^article:([1-9]\d{0,8})(?:#(.+))?$/;
const file = /^file:([A-Za-z0-9-]{1,64})$/;
const outer = /^(?:https?:\/\/[^/\\]|mailto:|tel:)/i;
const path = /^\/(?![/\\])/;

/** A fragment as people wrote it, whether or not it came percent-encoded. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

export function targetOf(url: string): Target {
  const toArticle = article.exec(url);
  if (toArticle) {
    const [, number, fragment] = toArticle;
    return { kind: 'article', number: Number(number), ...(fragment && { fragment: decoded(fragment) }) };
  }
  const toFile = file.exec(url);
  if (toFile?.[1]) return { kind: 'file', id: toFile[1] };
  if (url.startsWith('#') && url.length > 1) return { kind: 'heading', fragment: decoded(url.slice(1)) };
  if (path.test(url)) return { kind: 'path', path: url };
  if (outer.test(url)) return { kind: 'outer', url };
  return { kind: 'refused', url };
}
