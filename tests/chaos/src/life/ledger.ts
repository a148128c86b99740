/** What has happened in the simulation so far: kept in memory, judged at the end. */
import type { Finding, FindingKind, Publisher, Sent } from '../history.js';

/** A ticket under simulation, with what its streams have to hold by now. */
export interface LivedTicket {
  readonly ticketId: string;
  readonly tenantId: string;
  readonly events: Readonly<Record<Publisher, string[]>>;
}

export class Ledger {
  readonly sent: Sent[] = [];
  readonly tickets: LivedTicket[] = [];
  readonly findings: Finding[] = [];
  /** What stood in the way of a request, and how often: no answer, or a clean problem that says "try again". */
  readonly hiccups = new Map<string, number>();
  /** Commands sent a second time after they had been acknowledged. */
  repeats = 0;
  /** Longest time until another service had seen something, in milliseconds. */
  longestWaitMs = 0;
  /** Highest position each service has told anybody. */
  readonly positions: Record<Publisher, number> = { intake: 0, routing: 0 };

  constructor(private readonly onFinding: (finding: Finding) => void = () => {}) {}

  hiccup(what: string): void {
    this.hiccups.set(what, (this.hiccups.get(what) ?? 0) + 1);
  }

  find(kind: FindingKind, text: string): void {
    const finding = { kind, text };
    this.findings.push(finding);
    this.onFinding(finding);
  }

  told(service: Publisher, position: number): void {
    this.positions[service] = Math.max(this.positions[service], position);
  }
}
