import { type Operator } from '@guichet/search';

/** `open` stands for the three states of a ticket in work. */
export const searchStates = ['open', 'waiting', 'assigned', 'paused', 'resolved', 'closed', 'merged', 'spam'] as const;

export const operators = {
  in: { takes: 'words', isMany: true, help: 'a department, such as in:billing; in:none for tickets without one' },
  is: { takes: searchStates, isMany: true, help: `one of ${searchStates.join(', ')}` },
  from: { takes: 'words', isMany: true, help: 'a name or an address of who asked, such as from:"Anna Nowak"' },
  tag: { takes: 'words', isMany: true, help: 'a tag, such as tag:refund' },
  before: { takes: 'date', isMany: false, help: 'opened before that day in UTC, such as before:2026-03-01' },
  after: { takes: 'date', isMany: false, help: 'opened on that day in UTC or later, such as after:2026-01-01' },
} as const satisfies Readonly<Record<string, Operator>>;
