/** What can be wrong with a mapping, told where it is. */

export interface Mistake {
  /** Where in the mapping, such as `rules[2].when.columns`. */
  readonly path: string;
  readonly message: string;
}

/** The mapping cannot be used; every mistake that was found is listed. */
export class MappingError extends Error {
  constructor(
    readonly file: string,
    readonly mistakes: readonly Mistake[],
  ) {
    const lines = mistakes.map(({ path, message }) => `  ${path || '(top level)'}: ${message}`);
    super(`${file} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${lines.join('\n')}`);
    this.name = 'MappingError';
  }
}

export interface RejectionOptions {
  /** What rejections of the same kind have in common; default the reason without what is quoted in it. */
  readonly kind?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A row that cannot become events; `message` is the reason shown to people. */
export class RowRejected extends Error {
  readonly kind: string;
  readonly hint: string | undefined;

  constructor(reason: string, { kind, hint }: RejectionOptions = {}) {
    super(reason);
    this.name = 'RowRejected';
    this.kind = kind ?? reason.replaceAll(/"[^"]*"/g, '"…"');
    this.hint = hint;
  }
}

/** A file that cannot be read as what it is said to be; the message says what to do. */
export class UnreadableFile extends Error {}
