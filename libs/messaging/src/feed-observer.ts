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
  /** It is not known yet whether this database may serve the service on these brokers; it is asked again. */
  claimFailed?(service: string, error: unknown): void;
  /** Alarm: another database serves the service on these brokers, and this one takes no part. */
  claimRefused?(service: string, reason: string): void;
  /** Connections to the brokers cannot be had, or were lost: at once, and again each minute while it lasts. */
  brokersLost?(loss: BrokerLoss): void;
  /** All is well again. */
  brokersBack?(seconds: number): void;
  /** The broker's client says something else. The same is passed on once a minute. */
  log?(level: 'info' | 'warn', message: string, details: Readonly<Record<string, unknown>>): void;
}

export interface BrokerLoss {
  /** Address of a broker (`host:port`) → what its connection failed with last. */
  readonly brokers: Readonly<Record<string, string>>;
  /** Since the first failure. */
  readonly seconds: number;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
