/** What routing reads of intake's feed. */
import { type IntakeEventData, contractOf } from '@guichet/contracts';
import { type RecordedEvent } from '@guichet/event-sourcing';

export type IntakeFact = { [T in keyof IntakeEventData]: { type: T; data: IntakeEventData[T] } }[keyof IntakeEventData];

/**
 * The fact a received event tells; undefined for a type this version knows nothing of.
 * @throws Error for a record that could not be read: its stream has to wait for an operator.
 */
export function intakeFact({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): IntakeFact | undefined {
  if (type === 'Unreadable') throw new Error('The record could not be read as an event.');
  return contractOf(type)?.source === 'intake' ? ({ type, data } as IntakeFact) : undefined;
}
