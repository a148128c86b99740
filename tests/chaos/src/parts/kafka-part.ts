import { type OwnKafka, startOwnKafka } from '@guichet/testing';
import type { Part } from './part.js';

export class KafkaPart implements Part {
  readonly name = 'kafka';
  readonly kind = 'kafka';

  private constructor(private readonly broker: OwnKafka) {}

  static async start(): Promise<KafkaPart> {
    return new KafkaPart(await startOwnKafka());
  }

  get brokers(): readonly string[] {
    return this.broker.brokers;
  }

  kill(): Promise<void> {
    return this.broker.kill();
  }

  restart(): Promise<void> {
    return this.broker.restart();
  }

  stop(): Promise<void> {
    return this.broker.stop();
  }

  log(): Promise<string> {
    return this.broker.log();
  }
}
