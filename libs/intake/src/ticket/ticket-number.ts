/** Readable ticket numbers: GU-1001, GU-1002 … per tenant. */

const ownFormat = /^GU-([1-9]\d{0,14})$/;

/** A tenant's first ticket. It starts high so that nobody reads how many tickets there have been. */
export const firstTicketNumber = 1001;

export const formatTicketNumber = (count: number): string => `GU-${count}`;

/** The count in a number of our own format, undefined for a number another system gave. */
export function countOf(number: string): number | undefined {
  const digits = ownFormat.exec(number)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
