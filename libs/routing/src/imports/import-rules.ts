/** What routing takes from another system's log: its public events of a ticket, as their contracts say, and notes. */
import { contractOf, routingEvents, type Violation, validateEventData } from '@guichet/contracts';
import type { Fields, ImportRules } from '@guichet/service';

const propertiesOf = (type: string): Readonly<Record<string, object>> => {
  const { properties = {} }: { properties?: Readonly<Record<string, object>> } = contractOf(type)?.schema ?? {};
  return properties;
};
const { replyId: noteId = {}, automatic: _, ...ofReply } = propertiesOf('AgentReplied');

/** Departments and agents have streams of their own. */
export const importableEvents = [
  ...Object.keys(routingEvents).filter((type) => 'ticketId' in propertiesOf(type)),
  'InternalNoteAdded',
];

export const routingRules: ImportRules = {
  fieldsOf: (type) => (type === 'InternalNoteAdded' ? { ...ofReply, noteId } : propertiesOf(type)),
  violations: (type, data) => {
    if (type === 'InternalNoteAdded') return violationsOfNote(data);
    const violations = validateEventData('routing', type, data);
    if (violations.length > 0 || importableEvents.includes(type)) return violations;
    return [{ path: '', message: `${type} is no event of a ticket` }];
  },
};

/** A note is private, so that no contract says what it looks like: a reply in every respect, but for its name. */
function violationsOfNote({ noteId: replyId, ...data }: Fields): readonly Violation[] {
  const violations = validateEventData('routing', 'AgentReplied', { ...data, replyId, automatic: false });
  return violations.map(({ path, message }) => ({ path: path.replace('/replyId', '/noteId'), message }));
}
