/** A guest book: the smallest service, as docs/how-to.md makes it. Pure. */
import type { ServiceEntry } from '@guichet/contracts';
import type { Decider, DomainCommand, DomainEvent } from '@guichet/event-sourcing';
import { Type } from 'typebox';

/** What would be its line in the table of services. */
export const entry = {
  ...{ name: 'guestbook', tells: 'books', follows: [], imports: false, database: 'guichet_guestbook' },
} satisfies ServiceEntry;

/** What would be its file in contracts. */
export const guestBookEvents = {
  GuestSigned: Type.Object({ bookId: Type.String(), guest: Type.String(), at: Type.String() }),
};
export type GuestSigned = Type.Static<typeof guestBookEvents.GuestSigned>;

export type GuestBookEvent = DomainEvent<'GuestSigned', GuestSigned>;
export type GuestBookCommand = DomainCommand<'SignBook', GuestSigned>;

export const guestBookDecider: Decider<readonly string[], GuestBookCommand, GuestBookEvent> = {
  category: 'book',
  initial: [],
  evolve: (guests, { type, data }) => {
    switch (type) {
      case 'GuestSigned':
        return [...guests, data.guest];
    }
  },
  decide: ({ type, data }, guests) => {
    switch (type) {
      case 'SignBook':
        return guests.includes(data.guest) ? [] : [{ type: 'GuestSigned', data }];
    }
  },
};
