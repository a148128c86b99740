/** What an HTTP answer says about a command or a query. Pure. */

export interface Answer {
  readonly status: number;
  /** Of a problem; empty otherwise. */
  readonly code: string;
}

/** `again`: nothing was done or nobody knows, and it passes; `unclean`: an error nobody should ever see. */
export type Meaning = 'done' | 'refused' | 'again' | 'unclean';

/** Nothing was done, and the same may well succeed a moment later. */
const passing = new Set(['concurrent-change', 'too-many-requests']);

export function meaningOf({ status, code }: Answer): Meaning {
  if (status >= 200 && status < 300) return 'done';
  if (passing.has(code)) return 'again';
  // A problem with a code says what is away; a bare 503 would be somebody else's.
  if (status === 503) return code === '' ? 'unclean' : 'again';
  if (status >= 500 || status === 401) return 'unclean';
  return 'refused';
}
