import type { ConsumerLag, EventStoreObserver, ParkedStream, RunnerObserver } from '@guichet/event-sourcing';
import { Logger } from '@nestjs/common';
import type { Metrics } from './metrics.js';

const batchSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];

/** What ProjectionAdmin tells of a service's projections and policies. */
export interface ObservedConsumers {
  lags(this: void): Promise<readonly ConsumerLag[]>;
  parked(this: void): Promise<readonly ParkedStream[]>;
}

/**
 * What happens in a service's log and its readers, as metrics and log lines. Services of a host share the metrics'
 * names.
 */
export class ServiceObserver {
  private readonly log: Logger;

  /** @param service its name in metrics: `routing`. */
  constructor(
    private readonly service: string,
    private readonly metrics: Metrics,
  ) {
    this.log = new Logger(service);
  }

  /** How the log is written. */
  store(): EventStoreObserver {
    const { service } = this;
    const labels = ['service', 'outcome'] as const;
    const seconds = this.metrics.histogram('guichet_append_duration_seconds', 'Time to append to the log', labels);
    const sizes = this.metrics.histogram('guichet_append_batch_events', 'Events per batch', ['service'], batchSizes);
    return {
      append: ({ seconds: taken, outcome }) => seconds.observe({ service, outcome }, taken),
      batch: ({ events }) => sizes.observe({ service }, events),
      failed: (error) => this.log.warn('The log cannot be written at the moment; trying again.', error),
    };
  }

  /** How logs are read. */
  runner(): RunnerObserver {
    const { service } = this;
    const labels = ['service', 'consumer'] as const;
    const seconds = this.metrics.histogram('guichet_consumer_batch_duration_seconds', 'Time to apply a batch', labels);
    const sizes = this.metrics.histogram('guichet_consumer_batch_events', 'Events applied at once', labels, batchSizes);
    return {
      batch: ({ consumer, seconds: taken, events }) => {
        seconds.observe({ service, consumer }, taken);
        sizes.observe({ service, consumer }, events);
      },
      parked: (parked) => this.log.error({ msg: 'A stream was parked: an operator has to look.', ...parked }),
      failed: ({ error, ...failure }) => this.log.warn({ msg: 'A consumer failed; trying again.', ...failure }, error),
      state: (change) => this.log.debug({ msg: 'A consumer changed its state.', ...change }),
    };
  }

  /** How far projections and policies are behind, and what they have left aside; asked when metrics are. */
  consumers({ lags, parked }: ObservedConsumers): void {
    const { service } = this;
    const labels = ['service', 'consumer', 'log'] as const;
    const samples = (valueOf: (lag: ConsumerLag) => number) => async () =>
      (await lags()).map((lag) => ({
        labels: { service, consumer: lag.consumer, log: lag.log },
        value: valueOf(lag),
      }));
    const events = samples((lag) => lag.events);
    const seconds = samples((lag) => lag.seconds);
    this.metrics.observe('guichet_consumer_lag_events', 'Events not applied yet', labels, events);
    this.metrics.observe('guichet_consumer_lag_seconds', 'Age of the oldest event not applied yet', labels, seconds);
    const help = 'Streams left aside since an event failed';
    this.metrics.observe('guichet_parked_streams', help, ['service'], async () => [
      { labels: { service }, value: (await parked()).length },
    ]);
  }

  upgradeFailed(error: unknown): void {
    this.log.error('A read model of an older version could not be rebuilt; the old one stays.', error);
  }

  poolFailed(error: Error): void {
    this.log.warn('An idle database connection was lost; it is replaced.', error);
  }
}
