import { logLevel } from 'kafkajs';
import type { FeedObserver } from '../feed-observer.js';
import { SeldomLines } from '../seldom-lines.js';
import type { Outage } from './outage.js';

interface LogEntry {
  readonly level: logLevel;
  readonly namespace: string;
  readonly log: { readonly message: string } & Readonly<Record<string, unknown>>;
}

/**
 * Takes in what kafkajs logs. What it says of connections is a part of the outage, and so is what follows from it while
 * that lasts; of the rest the same is passed on once a minute, with how often it came.
 */
export function clientLog(observe: FeedObserver, outage: Outage, seldom = new SeldomLines()) {
  return ({ level, namespace, log }: LogEntry): void => {
    const { message, ...details } = log;
    // kafkajs calls much an error that it gets over by itself (a coordinator that is still loading): at most a warning.
    const isError = level === logLevel.ERROR;
    if (isError && namespace === 'Connection' && message.startsWith('Connection ')) {
      outage.failed(typeof details.broker === 'string' ? details.broker : 'a broker', message);
      return;
    }
    const reason = typeof details.error === 'string' ? details.error : '';
    if (isError && outage.isOn && !speaksOfRights(`${message} ${reason}`)) return;
    const suppressed = seldom.told(`${namespace}: ${message} ${reason}`.replaceAll(/\d+/g, '#'));
    if (suppressed === undefined) return;
    const again = suppressed > 0 ? { suppressed } : {};
    observe.log?.(isError ? 'warn' : 'info', `${namespace}: ${message}`, { ...details, ...again });
  };
}

const speaksOfRights = (text: string): boolean => /authoriz|authenticat|SASL/i.test(text);
