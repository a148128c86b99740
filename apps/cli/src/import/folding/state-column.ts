/** A column that says which state the ticket is in after each row. */
import { type StateColumn, stateEffects, type StateKind, type StateMeaning } from '../mapping/language.js';
import { RowRejected } from '../mapping/mistakes.js';
import { flat, type Scope } from '../mapping/values.js';
import { type Act, type Apply, effects } from './effects.js';
import { change, type Progress } from './ticket.js';

interface State {
  readonly kind: Exclude<StateKind, 'ignored'>;
  readonly reason: string;
}

/** The events that follow from the column's value changing from row to row. */
export function compileState(state: StateColumn | undefined, scope: Scope): Apply {
  if (!state) return (progress) => progress;
  const slot = scope.columns.slot(state.column, 'state.column');
  const states = new Map(Object.entries(state.values).map(([value, meaning]) => [value, stateOf(meaning)]));
  const makes = new Set(state.effects ?? stateEffects);
  scope.use.compare(state.column, [...states.keys()], 'state.values');
  const { unnamed = 'ignored' } = state;
  const otherwise = unnamed === 'reject' ? null : stateOf(unnamed);
  return (progress, act) => {
    const value = flat(act.row.cells[slot]);
    if (value === undefined) return progress;
    if (!states.has(value)) {
      scope.use.countUnmapped('state.values', value);
      if (unnamed === 'reject')
        throw new RowRejected(`state.values: "${value}" is not named`, { hint: 'name it in state.values' });
    }
    const meaning = (text: string): State | null => states.get(text) ?? (states.has(text) ? null : otherwise);
    const now = meaning(value);
    if (!now) return progress;
    const before = progress.ticket.columnState;
    const moved = change(progress, { columnState: value });
    return transition(before === null ? undefined : (meaning(before) ?? undefined), now, makes, moved, act);
  };
}

/** null: the value says nothing about the state. */
function stateOf(meaning: StateMeaning): State | null {
  if (typeof meaning === 'object') return { kind: 'paused', reason: meaning.paused };
  return meaning === 'ignored' ? null : { kind: meaning, reason: 'requester' };
}

const isDone = (state: State | undefined): boolean =>
  state?.kind === 'resolved' || state?.kind === 'closed' || state?.kind === 'finished';
const isClosed = (state: State | undefined): boolean => state?.kind === 'closed' || state?.kind === 'finished';

function transition(
  before: State | undefined,
  now: State,
  makes: ReadonlySet<string>,
  start: Progress,
  act: Act,
): Progress {
  let progress = start;
  const wasPaused = before?.kind === 'paused';
  if (makes.has('resume') && wasPaused && now.kind !== 'paused') progress = effects.resume(progress, act);
  if (makes.has('reopen') && isDone(before) && !isDone(now)) progress = effects.reopen(progress, act);
  if (makes.has('pause') && now.kind === 'paused') progress = effects.pause(now.reason)(progress, act);
  const resolves = now.kind === 'resolved' || now.kind === 'finished';
  if (makes.has('resolve') && resolves) progress = effects.resolve(progress, act);
  if (makes.has('close') && isClosed(now) && !isClosed(before)) progress = effects.close(progress, act);
  return progress;
}
