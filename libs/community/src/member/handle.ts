/** Handles: the name a member is known by in public. Pure. */
import { DomainError, uuid5 } from '@guichet/event-sourcing';
import { mixesAlphabets, skeleton } from '../text/lookalikes.js';

/** Characters. */
const [shortest, longest] = [3, 30];

/** Nothing that nobody sees, and nothing that turns the direction of a line. */
const hidden = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Letters with up to two marks each and ASCII digits; single signs between them. */
const shape = /^(?:[\p{L}0-9]\p{M}{0,2}[-_.]?)*[\p{L}0-9]\p{M}{0,2}$/u;

/** Words by which members would pass for those who work here, or for nobody. */
const reserved = new Set(
  (
    'admin administrator administrators moderator moderators mod staff support helpdesk helpline system official ' +
    'root guichet team agent agents supervisor security webmaster postmaster hostmaster abuse owner operator ' +
    'service everyone here anonymous deleted former member formermember nobody null undefined'
  )
    .split(' ')
    .map(skeleton),
);

/** Whether the handle reads like one of those who work here: one of its words does, or all of them together. */
export function isStaffLike(handle: string): boolean {
  const words = handle.normalize('NFKC').split(/[-_.]|(?<=\p{Ll})(?=\p{Lu})/u);
  const withoutNumbers = [...words, words.join('')].map((word) => word.replace(/\d+$/, ''));
  return [...words, words.join(''), ...withoutNumbers].some((word) => reserved.has(skeleton(word)));
}

const refused = (code: string, words: string, details = {}): DomainError =>
  new DomainError(code, words, details, 'invalid');

/**
 * The handle in the form it is kept in (NFKC).
 * @throws DomainError 422 `handle-hidden-characters`, `handle-malformed`, `handle-mixed-alphabets`, `handle-reserved`
 */
export function handleForm(written: string, { isStaff }: { readonly isStaff: boolean }): string {
  if (hidden.test(written))
    throw refused('handle-hidden-characters', 'A handle has no spaces, and no characters that cannot be seen.');
  const handle = written.normalize('NFKC');
  const length = [...handle].length;
  if (length < shortest || length > longest || !shape.test(handle))
    throw refused(
      'handle-malformed',
      `A handle has ${shortest} to ${longest} letters and digits; a hyphen, dot or underscore may stand between two.`,
      { min: shortest, max: longest },
    );
  if (mixesAlphabets(handle))
    throw refused(
      'handle-mixed-alphabets',
      'A handle is written in one alphabet: others have letters that look alike.',
    );
  if (!isStaff && isStaffLike(handle))
    throw refused('handle-reserved', 'The handle reads like one of those who work here. Choose another one.');
  return handle;
}

/** Under which the handle is claimed: the same for all that people take for the same, and no text of it. */
export const handleIdOf = (tenantId: string, handle: string): string => uuid5(tenantId, `handle/${skeleton(handle)}`);
