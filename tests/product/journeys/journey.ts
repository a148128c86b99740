import type { KnowledgeBase } from './knowledge-base.js';

/**
 * What somebody wants to do with the knowledge base, from the first request to the last. Each is a file of this folder
 * that is called by its number and exports a `journey`: all of them run on both engines, each in a tenant of its own.
 */
export interface Journey {
  /** What is wanted, in a few words; ends the sentence "lets people…". */
  readonly title: string;
  /** Set where it cannot be tried: why not. */
  readonly skipped?: string;
  /** Fails where the outcome is not as it must be. Answers the measure, which must be the same on both engines. */
  run(kb: KnowledgeBase): Promise<Measure>;
}

/** Figures by name. What differs from run to run, such as a time, is told with `kb.tell` instead. */
export type Measure = Readonly<Record<string, number | string | readonly (number | string)[]>>;
