/** What stands in a post, as far as it is counted. Pure. */
import { imagesIn, linksIn } from '../holding/links.js';
import type { PostContents } from '../member/writing.js';

/** A member is named by their id, so that no name stays behind in the posts of others: `<member:id>`. */
const mention = /\bmember:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu;

/** An image counts as an image, and not as a link as well. */
export function contentsOf(body: string): PostContents {
  return { links: linksIn(body).length, images: imagesIn(body), mentions: [...body.matchAll(mention)].length };
}
