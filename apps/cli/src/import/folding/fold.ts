/** Rows of one ticket, in order → its events. Pure. */
import { validateEventData } from '@guichet/contracts';
import { compileCondition, type Situation, type Test } from '../mapping/conditions.js';
import type { Cells } from '../mapping/columns.js';
import { hasRowTimes, many, type Mapping, type Moment, type Rule } from '../mapping/language.js';
import { RowRejected } from '../mapping/mistakes.js';
import {
  compileList,
  compileTime,
  compileValue,
  type ReadTime,
  flat,
  type Row,
  type Scope,
  taken,
} from '../mapping/values.js';
import { compileActor, compileBots, type FindActor, type IsBot, theImport } from './actors.js';
import { type Act, type Apply, compileEffect, moveTo, setPriority, setTags } from './effects.js';
import { ticketIdOf } from './ids.js';
import { compileConflicts, type Conflict } from './conflicts.js';
import { compileOpening } from './opening.js';
import { compileState } from './state-column.js';
import type { ImportedEvent, Progress } from './ticket.js';

export type { Conflict };

export interface Rejection {
  readonly line: number;
  readonly reason: RowRejected;
}

export interface FoldedTicket {
  readonly ticketId: string;
  readonly key: string;
  readonly events: readonly ImportedEvent[];
  readonly rejected: readonly Rejection[];
  /** Where the rows tell different things of what a ticket has once. */
  readonly conflicts: readonly Conflict[];
  /** Names of agents, where the mapping knows them. */
  readonly agentNames: ReadonlyMap<string, string>;
}
export type Fold = (tenantId: string, key: string, rows: readonly Row[]) => FoldedTicket;

interface CompiledRule {
  readonly holds: Test;
  readonly effects: readonly Apply[];
  readonly by: FindActor | undefined;
}

export function compileFold(mapping: Mapping, scope: Scope): Fold {
  const isBot = compileBots(mapping.bots, scope);
  const open = compileOpening(mapping, isBot, scope);
  const applyRow = compileRow(mapping, isBot, scope);
  const moments = compileMoments(mapping, isBot, scope);
  const actor = compileActor(mapping.actor, 'actor', isBot, scope);
  const agentName =
    mapping.agentName === undefined ? () => undefined : compileValue(mapping.agentName, 'agentName', scope);

  const isLog = hasRowTimes(mapping);
  const { keep } = mapping.rows ?? {};
  const kept = (rows: readonly Row[]) =>
    keep === undefined ? rows : rows.slice(...(keep === 'first' ? [0, 1] : [-1]));
  const conflictsOf = compileConflicts(mapping, scope);

  return (tenantId, key, all) => {
    const ticketId = ticketIdOf(tenantId, mapping.source, key);
    const rejected: Rejection[] = [];
    const agentNames = new Map<string, string>();
    const events: ImportedEvent[] = [];
    const rows = kept(all);
    const conflicts = conflictsOf(rows);
    let progress: Progress;
    try {
      if (!isLog) mustAgree(rows, scope.columns.names);
      progress = checked(open(ticketId, key, rows));
    } catch (error) {
      const { message, kind, hint } = reasonOf(error);
      const reason = new RowRejected(`the whole ticket: ${message}`, { kind, hint });
      return { ticketId, key, events, rejected: rows.map(({ line }) => ({ line, reason })), agentNames, conflicts };
    }
    events.push(...progress.events);
    for (const step of timeline(rows, moments, rejected)) {
      const { ticket } = progress;
      const situation: Situation = { ...step, status: ticket.status, assigned: ticket.assigned };
      try {
        const by = step.moment ? undefined : actor(situation);
        if (by?.kind === 'bot') scope.use.botsFound += 1;
        const act: Act = {
          row: step.row,
          at: step.at,
          line: step.row.line,
          actor: by ?? theImport,
          tenantId,
          logName: mapping.source,
        };
        const apply = step.moment ? applyRule(step.moment) : applyRow;
        progress = checked(apply({ ticket, events: [] }, act, situation));
        events.push(...progress.events);
        const name = by?.kind === 'agent' ? agentName(step.row.cells) : undefined;
        if (by?.id && name) agentNames.set(by.id, name);
      } catch (error) {
        rejected.push({ line: step.row.line, reason: reasonOf(error) });
      }
    }
    return { ticketId, key, events, rejected, agentNames, conflicts };
  };
}

function reasonOf(error: unknown): RowRejected {
  if (error instanceof RowRejected) return error;
  throw error;
}

/** What rejections of that kind have in common. */
export const sameKey = 'the same key in rows that differ, where a row is a whole ticket';

/** A row is a whole ticket, so a second one must say the same. @throws RowRejected */
function mustAgree(rows: readonly Row[], columns: readonly string[]): void {
  const [first, ...others] = rows;
  for (const other of others) {
    const slot = other.cells.findIndex((cell, index) => flat(cell) !== flat(first!.cells[index]));
    if (slot === -1) continue;
    const [one, another] = [first!, other].map(({ line, cells }) => `line ${line} "${flat(cells[slot]) ?? ''}"`);
    throw new RowRejected(`the key stands in ${rows.length} rows that differ in ${columns[slot]}: ${one}, ${another}`, {
      kind: sameKey,
      hint: 'make ticket.key tell them apart, or say which row counts: rows: { keep: last }',
    });
  }
}

/** @throws RowRejected when an event breaks its contract */
function checked(progress: Progress): Progress {
  for (const { source, type, data } of progress.events) {
    // A note stays within routing, so no contract speaks of it; routing checks it.
    const violations = type === 'InternalNoteAdded' ? [] : validateEventData(source, type, data);
    if (violations.length > 0) {
      const reasons = violations.map(({ path, message }) => `${path} ${message}`.trim());
      throw new RowRejected(`${type}: ${reasons.join('; ')}`);
    }
  }
  return progress;
}

type ApplyIn = (progress: Progress, act: Act, situation: Situation) => Progress;

/** What a row does: the followed columns first, then the state column, then the rules from top to bottom. */
function compileRow(mapping: Mapping, isBot: IsBot, scope: Scope): ApplyIn {
  const { department, priority, tags } = mapping.ticket;
  const readDepartment =
    department === undefined ? () => undefined : compileValue(department, 'ticket.department', scope);
  const readPriority = priority === undefined ? () => undefined : compileValue(priority, 'ticket.priority', scope);
  const readTags = tags === undefined ? () => [] : compileList(tags, 'ticket.tags', scope);
  const applyState = compileState(mapping.state, scope);
  const rules = many(mapping.rules).map((rule, index) => compileRule(rule, `rules[${index}]`, isBot, scope));
  return (start, act, situation) => {
    const { cells } = act.row;
    let progress = moveTo(start, act, readDepartment(cells));
    progress = setPriority(progress, act, readPriority(cells));
    progress = setTags(progress, act, readTags(cells));
    progress = applyState(progress, act);
    return rules.reduce((current, rule) => applyRule(rule)(current, act, situation), progress);
  };
}

/** Each rule sees the ticket as the rules above it left it. */
const applyRule =
  ({ holds, effects, by }: CompiledRule): ApplyIn =>
  (progress, act, situation) => {
    const now = { ...situation, status: progress.ticket.status, assigned: progress.ticket.assigned };
    if (!holds(now)) return progress;
    const acting = by ? { ...act, actor: by(now) ?? theImport } : act;
    return effects.reduce((current, effect) => effect(current, acting), progress);
  };

function compileRule(rule: Rule, path: string, isBot: IsBot, scope: Scope): CompiledRule {
  const holds = compileCondition(rule.when, `${path}.when`, scope);
  const count = scope.use.watch(path);
  return {
    holds: (situation) => {
      const answer = holds(situation);
      if (answer) count();
      return answer;
    },
    effects: many(rule.do).map((effect, index) =>
      compileEffect(effect, Array.isArray(rule.do) ? `${path}.do[${index}]` : `${path}.do`, scope, isBot),
    ),
    by: rule.by === undefined ? undefined : compileActor(rule.by, `${path}.by`, isBot, scope),
  };
}

interface CompiledMoment extends CompiledRule {
  readonly at: (rows: readonly Row[]) => number | undefined;
  readonly isBeforeRows: boolean;
}

function compileMoments({ moments }: Mapping, isBot: IsBot, scope: Scope): readonly CompiledMoment[] {
  return many(moments).map((moment: Moment, index) => {
    const path = `moments[${index}]`;
    const read: ReadTime = compileTime(moment.at, `${path}.at`, scope);
    const at = taken(moment.at, read, 'last-known');
    return { ...compileRule(moment, path, isBot, scope), at, isBeforeRows: moment.tie === 'before' };
  });
}

interface TimelineStep {
  readonly row: Row;
  readonly at: number;
  readonly before: Cells;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly moment?: CompiledMoment;
}

/** Rows in their order, with the moments between them by time. A moment sees the ticket's last row. */
function timeline(
  rows: readonly Row[],
  moments: readonly CompiledMoment[],
  rejected: Rejection[],
): readonly TimelineStep[] {
  const last = rows[rows.length - 1]!;
  let before: Cells = [];
  const steps: TimelineStep[] = [];
  rows.forEach((row, index) => {
    if (row.at !== null) steps.push({ row, at: row.at, before, isFirst: index === 0, isLast: row === last });
    before = row.cells.map((cell, slot) => cell ?? before[slot] ?? null);
  });
  const placed = moments.flatMap((moment) => {
    try {
      const at = moment.at(rows);
      return at === undefined ? [] : [{ row: last, at, before, isFirst: false, isLast: true, moment }];
    } catch (error) {
      rejected.push({ line: last.line, reason: reasonOf(error) });
      return [];
    }
  });
  // Sorting is stable: moments of the same instant keep the order of the mapping.
  for (const step of placed.sort((a, b) => a.at - b.at)) {
    const isLater = ({ at, moment }: TimelineStep) =>
      at > step.at || (at === step.at && !moment && step.moment.isBeforeRows);
    const index = steps.findIndex(isLater);
    steps.splice(index === -1 ? steps.length : index, 0, step);
  }
  return steps;
}
