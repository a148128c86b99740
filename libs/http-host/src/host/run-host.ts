import { ConfigurationError } from '@guichet/config';
import { StartupError } from './bootstrap.js';

/** Anything that was started and can be stopped: a host alone, or with what it stands on. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** SIGHUP: the terminal it was started from has gone. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl-C reaches a program twice when npm passes it on: only a later Ctrl-C means "now". */
const impatientAfterMs = 1_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function whyNot(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * The main function of an app: starts, stops on SIGINT, SIGTERM and SIGHUP, says in words why a start failed.
 * Exit codes: 0 stopped as asked, 1 could not start or stop, or ended by an error nobody caught.
 */
export function runHost(start: () => Promise<Stoppable>): void {
  let asked = 0;
  const starting = start();
  const stop = async (): Promise<void> => {
    // A start that failed has said why, below.
    const running = await starting.catch(() => undefined);
    await running?.stop();
    process.exit(running === undefined ? 1 : 0);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = Date.now();
    if (asked === 0) {
      asked = now;
      stop().catch(fail);
    } else if (signal === 'SIGINT' && now - asked > impatientAfterMs) {
      say('Stopped at once, as asked again.');
      process.exit(1);
    }
  };
  const fail = (error: unknown): void => {
    say(whyNot(error));
    process.exit(1);
  };
  signals.forEach((signal) => process.on(signal, onSignal));
  starting.catch(fail);
}
