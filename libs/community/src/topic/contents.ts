/** What stands in a post, as far as it is counted. Pure. */
import type { PostContents } from '../member/writing.js';

const link = /\b(?:https?:\/\/|www\.)[^\s<>()[\]]+/giu;
const image = /!\[[^\]]*\]\([^)]*\)/gu;
/** A member is named by their id, so that no name stays behind in the posts of others: `<member:id>`. */
const mention = /\bmember:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu;

const count = (text: string, what: RegExp): number => [...text.matchAll(what)].length;

/** An image counts as an image, and not as a link as well. */
export function contentsOf(body: string): PostContents {
  return { links: count(body.replace(image, ''), link), images: count(body, image), mentions: count(body, mention) };
}
