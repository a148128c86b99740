/** What a feed engine tells of its work: for metrics, alarms and the log. Every hook is optional and must not throw. */
export interface FeedObserver {
  /** The relay has sent public events, and the broker has confirmed them. */
  sent?(source: string, events: number): void;
  /** A send has failed and will be repeated, without limit. */
  sendFailed?(source: string, error: unknown): void;
  /** `stored` events are new; `dropped` records were there already. */
  received?(source: string, stored: number, dropped: number): void;
  /** A record was kept as Unreadable: its stream will be parked. */
  unreadable?(source: string, reason: string): void;
  /** A record that no relay of ours has written was passed over. */
  foreign?(source: string, partition: number): void;
  /** Receiving has failed and will be repeated, without limit. */
  receiveFailed?(source: string, error: unknown): void;
  /** Alarm: a partition stands still until an operator has looked at it. */
  halted?(source: string, partition: number, reason: string): void;
  /** Alarm: nothing is published until an operator has looked at the topic and the database. */
  publishingHalted?(source: string, reason: string): void;
  /** Alarm: this process follows no more and has to be started again. */
  crashed?(consumer: string, error: unknown): void;
  /** The broker's client speaks. */
  log?(level: 'info' | 'warn', message: string, details: Readonly<Record<string, unknown>>): void;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
