/** Is the topic the log, and has every consumer what is in the topic? Pure. */
import type { Finding, LogRow } from '../history.js';

/** A public event as it is in a topic or in a consumer's received log. */
export interface Carried {
  /** In the publisher's log. */
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  /** Over the event's data and times, however they are written. */
  readonly hash: string;
}

export interface TopicRecord extends Carried {
  readonly partition: number;
  /** Position of the record before it in its partition, as the relay says. */
  readonly previous: number;
}

export interface ConsumedLog {
  readonly consumer: string;
  /** Types it has no business with: it must have none of them. */
  readonly leavesOut?: readonly string[];
  readonly rows: readonly Carried[];
}

export interface FeedOf {
  readonly source: string;
  /** The public events of the publisher's log. */
  readonly log: readonly LogRow[];
  /** In the order of each partition, from its beginning. */
  readonly topic: readonly TopicRecord[];
  readonly consumers: readonly ConsumedLog[];
}

/** @returns findings, and how many records came more than once (which readers drop, and which is allowed) */
export function checkFeed({ source, log, topic, consumers }: FeedOf): { findings: Finding[]; repeated: number } {
  const findings: Finding[] = [];
  const once = new Map<number, TopicRecord>();
  let repeated = 0;
  for (const partition of Map.groupBy(topic, (record) => record.partition).values()) {
    let last = 0;
    for (const record of partition) {
      if (record.position <= last) {
        repeated++;
        continue;
      }
      if (record.previous !== last)
        findings.push(
          difference(`topic of ${source}: ${record.position} follows ${last}, but says ${record.previous}`),
        );
      last = record.position;
      once.set(record.position, record);
    }
  }
  findings.push(...compare(`topic of ${source}`, new Map(log.map((row) => [row.position, row])), once, sameEvent));
  for (const { consumer, rows, leavesOut = [] } of consumers) {
    const expected = new Map([...once].filter(([, { type }]) => !leavesOut.includes(type)));
    const consumed = new Map(rows.map((row) => [row.position, row]));
    const name = `received log of ${consumer}, from ${source}`;
    if (consumed.size < rows.length)
      findings.push({ kind: 'doubled', text: `${name}: ${rows.length - consumed.size} events more than once` });
    findings.push(...compare(name, expected, consumed, (a, b) => sameEvent(a, b) && a.hash === b.hash));
  }
  return { findings, repeated };
}

function compare<Left extends LogRow, Right extends LogRow>(
  name: string,
  expected: ReadonlyMap<number, Left>,
  found: ReadonlyMap<number, Right>,
  same: (expected: Left, found: Right) => boolean,
): Finding[] {
  const findings: Finding[] = [];
  for (const [position, event] of expected) {
    const counterpart = found.get(position);
    if (counterpart === undefined)
      findings.push({ kind: 'lost', text: `${name}: lacks ${event.type} at position ${position}` });
    else if (!same(event, counterpart))
      findings.push(difference(`${name}: another ${event.type} at position ${position}`));
  }
  for (const [position, { type }] of found)
    if (!expected.has(position)) findings.push(difference(`${name}: ${type} at position ${position} is nowhere else`));
  return findings;
}

const sameEvent = (a: LogRow, b: LogRow): boolean =>
  a.eventId === b.eventId &&
  a.tenantId === b.tenantId &&
  a.streamId === b.streamId &&
  a.version === b.version &&
  a.type === b.type;

const difference = (text: string): Finding => ({ kind: 'difference', text });
