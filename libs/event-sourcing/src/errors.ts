/** Somebody else has written to the stream since it was read. Load it again and decide anew. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly streamId: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`Stream ${streamId} is at version ${actual}, not ${expected}.`);
  }
}

/** The version the caller named (If-Match) is not the stream's: nothing was changed. */
export class StaleVersion extends Error {
  override readonly name = 'StaleVersion';
  constructor(
    readonly streamId: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`Stream ${streamId} is at version ${actual}; the command named ${expected}.`);
  }
}

/** The id of a command that was carried out already came back with another request. */
export class CommandReused extends Error {
  override readonly name = 'CommandReused';
  constructor(readonly commandId: string) {
    super(`Command ${commandId} was carried out already, with another request.`);
  }
}

/**
 * The event cannot be kept faithfully: U+0000, half a surrogate pair, no valid time in `data.at`, too large, too deep.
 */
export class UnstorablePayload extends Error {
  override readonly name = 'UnstorablePayload';
}

/** More appends are waiting than the store is willing to queue; nothing of this one was stored. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}

/** A page of a log skipped or repeated a position: the log is damaged, and nothing may be derived from it. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** The build an operation needs is not there: the message says which, and what to do first. */
export class BuildMissing extends Error {
  override readonly name = 'BuildMissing';
}

/**
 * An event in the log has a version this code does not know: a newer release has written it. Nothing may be derived
 * from it.
 */
export class UnknownEventVersion extends Error {
  override readonly name = 'UnknownEventVersion';
  constructor(
    { type, schemaVersion, position }: { type: string; schemaVersion: number; position: number },
    readonly known: number,
  ) {
    super(
      `${type} at position ${position} has version ${schemaVersion}; this release knows it up to version ${known}.`,
    );
  }
}
