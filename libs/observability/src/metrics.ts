import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Sample<Label extends string> {
  readonly labels: Readonly<Partial<Record<Label, string | number>>>;
  readonly value: number;
}

/** From a millisecond to a minute, in seconds. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Every look at the event loop's delay wakes the process up: with 10 ms, the default, a third of what an idle process
 * did.
 */
const eventLoopMonitoringPrecision = 50;

/**
 * One registry a host. Names are `guichet_<what>_<unit>`; asking for a name twice gives the same metric, so several
 * services of one host share it and tell themselves apart by a `service` label. Never label with ids, addresses or
 * people.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly log = new Logger(Metrics.name);
  private readonly sources = new Map<string, (() => Promise<readonly Sample<string>[]>)[]>();

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision });
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return this.existing<Counter<Label>>(name) ?? new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
    return this.existing<Gauge<Label>>(name) ?? new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param buckets upper bounds; by default durations in seconds from 1 ms to a minute. */
  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets: readonly number[] = durationBuckets,
  ): Histogram<Label> {
    const options = { name, help, labelNames, buckets: [...buckets], registers: [this.registry] };
    return this.existing<Histogram<Label>>(name) ?? new Histogram(options);
  }

  /**
   * A gauge that is read when somebody looks (lag, parked streams). Several sources of one name add their samples.
   * A source that fails is logged and left out: one broken query must not hide the other metrics.
   */
  observe<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: () => Promise<readonly Sample<Label>[]>,
  ): void {
    const known = this.sources.get(name);
    if (known !== undefined) {
      known.push(read);
      return;
    }
    const sources: (() => Promise<readonly Sample<string>[]>)[] = [read];
    this.sources.set(name, sources);
    const collect = async (gauge: Gauge): Promise<void> => {
      gauge.reset();
      const results = await Promise.allSettled(sources.map((source) => source()));
      for (const result of results) {
        if (result.status === 'rejected') this.log.warn(`${name} could not be read`, result.reason);
        else result.value.forEach(({ labels, value }) => gauge.set({ ...labels }, value));
      }
    };
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect(): Promise<void> {
        await collect(this);
      },
    });
  }

  /** The Prometheus text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private existing<Metric>(name: string): Metric | undefined {
    return this.registry.getSingleMetric(name) as Metric | undefined;
  }
}
