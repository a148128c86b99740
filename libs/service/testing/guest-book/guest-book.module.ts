import { contracts } from '@guichet/contracts';
import { publisherOf } from '@guichet/messaging';
import { defineService } from '../../src/index.js';
import { entry, guestBookDecider, type GuestBookEvent, guestBookEvents, type GuestSigned } from './guest-book.js';
import { GuestBookHttp } from './guest-book.http.js';
import { GuestsProjection } from './guests.projection.js';

/** The product's contracts and those of the guest book, which the table of services does not have. */
export const withGuestBook = contracts.with({ entry, events: guestBookEvents });

const publish = publisherOf<GuestBookEvent, { GuestSigned: GuestSigned }>(
  entry.name,
  { GuestSigned: (data) => data },
  withGuestBook,
);

export const GuestBookModule = defineService(entry, {
  connections: 5,
  deciders: [guestBookDecider],
  publish,
  projections: [{ projection: GuestsProjection, reads: ['own'] }],
  controllers: [GuestBookHttp],
  providers: [],
});
