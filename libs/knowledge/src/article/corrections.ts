/**
 * What people say is wrong with an article, what came of it, and who is told once it is right. A part of the Article.
 * Pure.
 */
import type { correctionOutcomes } from '@guichet/contracts';
import { type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

export type CorrectionOutcome = (typeof correctionOutcomes)[number];

interface OfCorrection {
  readonly articleId: string;
  readonly reportId: string;
  readonly at: string;
}
export interface Reporting extends OfCorrection {
  readonly locale: string;
  /** The one that was read. */
  readonly revision: number;
  readonly ticketId?: string;
  /** Private: it may quote anybody. */
  readonly note: string;
}
interface Closing extends OfCorrection {
  readonly outcome: CorrectionOutcome;
  /** Of `duplicate`: the other correction, of the same article. */
  readonly ofReportId?: string;
}
export interface Recalling extends OfCorrection {
  /** Tickets whose requesters were given or had read what was wrong. */
  readonly ticketIds: readonly string[];
  /** People who read what was wrong, by the `sub` of their tokens. */
  readonly requesterIds: readonly string[];
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type CorrectionEvent =
  | DomainEvent<'CorrectionReported', Reporting>
  | DomainEvent<'CorrectionClosed', Closing & { readonly locale: string; readonly fixedIn?: number }>
  /** Private: it names people. Nobody is written to yet; who sends mail later finds here whom to tell. */
  | DomainEvent<'RecallOrdered', Recalling & { readonly locale: string; readonly fixedIn?: number }>;

export type CorrectionCommand =
  /** `publications`: every revision of the text that was ever published. */
  | DomainCommand<'ReportCorrection', Reporting & { readonly publications: readonly number[] }>
  /** `shown`: the revision that people read now; null: none. */
  | DomainCommand<'CloseCorrection', Closing & { readonly shown: number | null }>
  | DomainCommand<'OrderRecall', Recalling>;

export interface Correction {
  readonly locale: string;
  readonly revision: number;
  /** null: it is open. */
  readonly outcome: CorrectionOutcome | null;
  readonly ofReportId: string | null;
  readonly fixedIn: number | null;
  /** Who was to be told already. */
  readonly ticketIds: ReadonlySet<string>;
  readonly requesterIds: ReadonlySet<string>;
}
/** By the id of the report. */
export type Corrections = ReadonlyMap<string, Correction>;

/** Corrections of an article that are open at most. */
export const maxOpen = 200;
/** Tickets, and people, that one order of a recall names at most. */
export const maxRecalled = 1_000;

export function evolveCorrections(corrections: Corrections, { type, data }: CorrectionEvent): Corrections {
  const changed = (change: (before: Correction) => Partial<Correction>): Corrections => {
    const before = corrections.get(data.reportId);
    return before === undefined
      ? corrections
      : new Map(corrections).set(data.reportId, { ...before, ...change(before) });
  };
  switch (type) {
    case 'CorrectionReported': {
      const { locale, revision } = data;
      const nobody = { ticketIds: new Set<string>(), requesterIds: new Set<string>() };
      const open = { locale, revision, outcome: null, ofReportId: null, fixedIn: null, ...nobody };
      return new Map(corrections).set(data.reportId, open);
    }
    case 'CorrectionClosed':
      return changed(() => ({
        ...{ outcome: data.outcome, ofReportId: data.ofReportId ?? null, fixedIn: data.fixedIn ?? null },
      }));
    case 'RecallOrdered':
      return changed(({ ticketIds, requesterIds }) => ({
        ticketIds: new Set([...ticketIds, ...data.ticketIds]),
        requesterIds: new Set([...requesterIds, ...data.requesterIds]),
      }));
  }
}

/** No events means "already so". A refusal throws DomainError. */
export function decideCorrection(
  { type, data }: CorrectionCommand,
  corrections: Corrections,
  isArchived: boolean,
): readonly CorrectionEvent[] {
  switch (type) {
    case 'ReportCorrection':
      return report(data, corrections, isArchived);
    case 'CloseCorrection':
      return close(data, corrections);
    case 'OrderRecall':
      return order(data, corrections);
  }
}

type DataOf<Type extends CorrectionCommand['type']> = Extract<CorrectionCommand, { type: Type }>['data'];

function report(
  { publications, ...reporting }: DataOf<'ReportCorrection'>,
  corrections: Corrections,
  isArchived: boolean,
): readonly CorrectionEvent[] {
  const { reportId, locale, revision } = reporting;
  if (corrections.has(reportId)) return [];
  if (isArchived) throw new DomainError('article-archived', 'The article is archived. Reinstate it first.');
  if (!publications.includes(revision)) throw neverPublished(locale, revision);
  const open = [...corrections.values()].filter(({ outcome }) => outcome === null).length;
  if (open >= maxOpen) {
    const words = `${maxOpen} corrections of the article are open already. Close some of them first.`;
    throw new DomainError('too-many-corrections', words, { max: maxOpen });
  }
  return [{ type: 'CorrectionReported', data: reporting }];
}

/** Nobody can have read the revision in this language. */
export const neverPublished = (locale: string, revision: number): DomainError =>
  new DomainError(
    'unknown-revision',
    `Revision ${revision} was never published in ${locale}: name the one that was read.`,
    { locale, revision },
    'invalid',
  );

function close({ shown, ...closing }: DataOf<'CloseCorrection'>, corrections: Corrections): readonly CorrectionEvent[] {
  const { reportId, outcome, ofReportId = null } = closing;
  const correction = known(corrections, reportId);
  if (correction.outcome === outcome && correction.ofReportId === ofReportId) return [];
  if (correction.outcome !== null) {
    const words = `The correction is closed already: ${correction.outcome}.`;
    throw new DomainError('correction-closed', words, { outcome: correction.outcome });
  }
  const { locale, revision } = correction;
  if (outcome === 'duplicate') mustBeOfAnother(closing, corrections);
  else if (ofReportId !== null) {
    const words = 'Only a duplicate names another correction.';
    throw new DomainError('not-a-duplicate', words, { outcome }, 'invalid');
  }
  if (outcome === 'fixed' && shown !== null && shown <= revision) {
    const words = `People still read revision ${shown}. Publish what is right first.`;
    throw new DomainError('not-fixed', words, { revision, shown });
  }
  const isShown = outcome === 'fixed' && shown !== null;
  return [{ type: 'CorrectionClosed', data: { ...closing, locale, ...(isShown && { fixedIn: shown }) } }];
}

function mustBeOfAnother({ reportId, ofReportId }: Closing, corrections: Corrections): void {
  if (ofReportId === undefined)
    throw new DomainError('duplicate-of-missing', 'Name the correction that says the same.', {}, 'invalid');
  if (ofReportId !== reportId && corrections.has(ofReportId)) return;
  const words = 'The article has no other correction of that id.';
  throw new DomainError('duplicate-of-unknown', words, { ofReportId }, 'invalid');
}

function order(recalling: Recalling, corrections: Corrections): readonly CorrectionEvent[] {
  const { reportId } = recalling;
  const correction = known(corrections, reportId);
  mustBeFixed(correction);
  const { locale, fixedIn } = correction;
  const ticketIds = recalling.ticketIds.filter((id) => !correction.ticketIds.has(id));
  const requesterIds = recalling.requesterIds.filter((id) => !correction.requesterIds.has(id));
  if (ticketIds.length + requesterIds.length === 0) return [];
  const whom = { ticketIds, requesterIds, ...(fixedIn !== null && { fixedIn }) };
  return [{ type: 'RecallOrdered', data: { ...recalling, locale, ...whom } }];
}

/** @throws DomainError `not-fixed` (409): as long as nothing is right there is nothing to tell */
export function mustBeFixed({ outcome }: Pick<Correction, 'outcome'>): void {
  if (outcome === 'fixed') return;
  const words = 'People are told once the correction is closed as fixed.';
  throw new DomainError('not-fixed', words, { outcome });
}

function known(corrections: Corrections, reportId: string): Correction {
  const correction = corrections.get(reportId);
  if (correction === undefined) throw unknownCorrection();
  return correction;
}

export const unknownCorrection = (): DomainError =>
  new DomainError('unknown-correction', 'There is no such correction.', {}, 'unknown');
