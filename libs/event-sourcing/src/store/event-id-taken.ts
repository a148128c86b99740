/** An event with one of the ids stands in the log already. */
export class EventIdTaken extends Error {
  override readonly name = 'EventIdTaken';
}
