/** What the operations endpoints answer, as far as this tool reads it. */
export interface ConsumerLag {
  readonly consumer: string;
  readonly log: string;
  readonly position: number;
  readonly head: number;
  readonly events: number;
  readonly seconds: number;
}

export interface FeedStatus {
  readonly engine: string;
  readonly live: boolean;
  readonly problems: readonly string[];
  readonly brokersReached?: boolean;
  readonly publications: readonly {
    readonly source: string;
    readonly position: number;
    readonly head: number;
    readonly leading: boolean;
    readonly lagSeconds?: number;
  }[];
  readonly subscriptions: readonly {
    readonly consumer: string;
    readonly source: string;
    readonly partition: number;
    readonly position: number;
    /** Behind the end of the topic; missing where that is not known. */
    readonly lagRecords?: number;
    readonly lagSeconds?: number;
    readonly halted?: string;
  }[];
}

export interface ParkedStream {
  readonly consumer: string;
  readonly log: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly events: number;
  readonly firstPosition: number;
  readonly firstType: string;
  readonly reason: string;
  readonly parkedAt: string;
}

export interface ParkedEvent {
  readonly consumer: string;
  readonly log: string;
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly reason: string | null;
  readonly parkedAt: string;
}

export interface Replayed {
  readonly results: readonly {
    readonly consumer: string;
    readonly applied: number;
    readonly discarded: number;
    readonly remaining: number;
    readonly reason?: string;
  }[];
  readonly items: readonly ParkedStream[];
}

export interface Rebuild {
  readonly projection: string;
  readonly state: 'running' | 'swapped' | 'built' | 'failed';
  readonly progress: Readonly<Record<string, { readonly position: number; readonly head: number }>>;
  readonly startedAt: string;
  readonly error?: string;
}

export interface Projections {
  readonly projections: readonly {
    readonly name: string;
    readonly codeVersion: number;
    readonly slots: readonly {
      readonly slot: 'live' | 'next' | 'previous';
      readonly version: number;
      readonly positions: Readonly<Record<string, number>>;
    }[];
  }[];
  readonly rebuilds: readonly Rebuild[];
}

export interface Comparison {
  readonly equal: boolean;
  readonly positions: Readonly<Record<string, number>>;
  readonly tables: readonly {
    readonly table: string;
    readonly equal: boolean;
    readonly liveRows: number;
    readonly nextRows: number;
    readonly differences: readonly { readonly in: 'live' | 'next'; readonly row: unknown }[];
  }[];
  readonly parkedEvents: { readonly live: number; readonly next: number };
}

/** A log's chain of hashes, followed from the beginning. */
export interface Chain {
  readonly log: 'own' | 'received';
  readonly position: number;
  readonly hash: string;
  readonly uncovered: number;
  readonly broken?: { readonly from: number; readonly to: number; readonly reason: string };
}
