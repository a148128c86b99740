import { DomainError } from '@guichet/event-sourcing';

/** What one text may cost. Characters are UTF-16 units, as a JSON schema counts them. */
export const contentLimits = {
  characters: 100_000,
  blocks: 2_000,
  /** Quotes, list items, notes and the like inside each other. */
  depth: 20,
  /** Containers that one line may open: counted before the text is parsed, code included, hence more than `depth`. */
  markersPerLine: 40,
  /** Processor time for reading and rendering one text. */
  renderMs: 200,
} as const;

/** The text is not acceptable as it is. The caller gets 422 with the code. */
export const refusedText = (code: string, message: string, details: Readonly<Record<string, unknown>> = {}) =>
  new DomainError(code, message, details, 'invalid');
