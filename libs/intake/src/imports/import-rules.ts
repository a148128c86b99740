/** What intake takes from another system's log: its public events, as their contracts say. */
import { contractOf, validateEventData } from '@guichet/contracts';
import type { ImportPlan, ImportRules } from '@guichet/service';
import { countOf } from '../ticket/ticket-number.js';

export const intakeRules: ImportRules = {
  fieldsOf: (type) => {
    const { properties = {} }: { properties?: Readonly<Record<string, object>> } = contractOf(type)?.schema ?? {};
    return properties;
  },
  violations: (type, data) => validateEventData('intake', type, data),
};

/** The highest ticket number of our own format among the streams, 0 for none. */
export const highestOwnNumber = ({ streams }: Pick<ImportPlan, 'streams'>): number =>
  streams
    .flatMap(({ events }) => events.map(({ data }) => countOf(numberIn(data)) ?? 0))
    .reduce((highest, count) => Math.max(highest, count), 0);

const numberIn = (data: object): string => ('number' in data && typeof data.number === 'string' ? data.number : '');
