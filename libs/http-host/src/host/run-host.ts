import type { StopOptions } from './bootstrap.js';
import { lastWords, type FailedAt, type ProcessOptions } from './last-words.js';

/** Anything that was started and can be stopped: a host alone, or with what it stands on. */
export interface Stoppable {
  stop(how: StopOptions): Promise<void>;
}

/** SIGHUP: the terminal it was started from has gone. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl-C reaches a program twice when npm passes it on: only a later Ctrl-C means "now". */
const impatientAfterMs = 1_000;

/**
 * The main function of an app: starts, stops on SIGINT, SIGTERM and SIGHUP, says why a start failed. SIGTERM is what a
 * platform sends, whose gateways still have to hear of it; a person at a terminal waits for nothing.
 * Exit codes: 0 stopped as asked, 1 could not start or stop, or ended by an error nobody caught.
 * @param start may wait for something, until the signal is aborted; then it rejects with its reason.
 */
export function runHost(options: ProcessOptions, start: (signal: AbortSignal) => Promise<Stoppable>): void {
  const words = lastWords(options);
  const endFor = (error: unknown, at: FailedAt): void => {
    words.fail(error, at);
    process.exit(1);
  };
  process.on('uncaughtException', (error, origin) =>
    endFor(error, origin === 'unhandledRejection' ? 'unhandled-rejection' : 'uncaught-exception'),
  );
  let asked = 0;
  let isUp = false;
  let inHurry = false;
  const waiting = new AbortController();
  const wasStopped = (error: unknown): boolean => waiting.signal.aborted && error === waiting.signal.reason;
  const starting = start(waiting.signal);
  const stop = async (atOnce: boolean): Promise<void> => {
    waiting.abort();
    try {
      await (await starting).stop({ atOnce });
    } catch (error) {
      if (!wasStopped(error)) throw error;
    }
    process.exit(0);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = Date.now();
    // Nobody was sent to a host that has never been up.
    const atOnce = signal !== 'SIGTERM' || !isUp;
    if (asked === 0 || (atOnce && !inHurry)) {
      [asked, inHurry] = [now, atOnce];
      stop(atOnce).catch((error: unknown) => endFor(error, 'stop'));
    } else if (signal === 'SIGINT' && now - asked > impatientAfterMs) {
      words.say('Stopped at once, as asked again.');
      process.exit(1);
    }
  };
  signals.forEach((signal) => process.on(signal, onSignal));
  starting.then(
    () => (isUp = true),
    (error: unknown) => {
      if (!wasStopped(error)) endFor(error, 'start');
    },
  );
}
