import { serviceNames } from '@guichet/contracts';
import { parseArgs } from 'node:util';

export const partKinds: readonly string[] = [...serviceNames, 'postgres', 'kafka'];

export const usage = `Kills parts of the whole product at random while it is used, and compares everything afterwards.

  npm run chaos -- --minutes <minutes> --seed <number>

  --minutes    how long parts are killed, 0.2 to 60; default 2
  --seed       which kills and which work; a whole number, default 1
  --every      shortest and longest pause between two kills, in seconds; default 3-8
  --parts      which kinds of part are killed, by commas, of ${partKinds.join(', ')}; default all
  --replicas   processes of each service, 1 to 4; default 2
  --lanes      tickets worked on at the same time, 1 to 100; default 12
  --report     file for the report as a page
  --json       file for the report as data
  --keep-logs  keep the logs of all parts, whatever is found
  --help       this text

  It needs Java for Apache Kafka. Exit code: 0 nothing was found, 1 something was, 2 it could not run.`;

export interface Arguments {
  readonly minutes: number;
  readonly seed: number;
  /** Seconds. */
  readonly every: readonly [least: number, most: number];
  readonly parts: readonly string[];
  readonly replicas: number;
  readonly lanes: number;
  readonly report?: string;
  readonly json?: string;
  readonly keepLogs: boolean;
  readonly help: boolean;
}

/** Said as it is, without a stack trace. */
export class UsageError extends Error {}

export function parseArguments(args: readonly string[]): Arguments {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        minutes: { ...string, default: '2' },
        seed: { ...string, default: '1' },
        every: { ...string, default: '3-8' },
        parts: { ...string, default: partKinds.join(',') },
        replicas: { ...string, default: '2' },
        lanes: { ...string, default: '12' },
        report: string,
        json: string,
        'keep-logs': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      minutes: within('--minutes', values.minutes, 0.2, 60),
      seed: whole('--seed', values.seed, 0, 2 ** 31),
      every: pausesOf(values.every),
      parts: kindsOf(values.parts),
      replicas: whole('--replicas', values.replicas, 1, 4),
      lanes: whole('--lanes', values.lanes, 1, 100),
      ...(values.report !== undefined && { report: values.report }),
      ...(values.json !== undefined && { json: values.json }),
      keepLogs: values['keep-logs'],
      help: values.help,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError((error as Error).message);
  }
}

function within(name: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} has to be a number from ${least} to ${most}, not ${text}.`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = within(name, text, least, most);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${name} has to be a whole number, not ${text}.`);
}

function pausesOf(text: string): readonly [number, number] {
  const [least = '', most = least, ...others] = text.split('-');
  const pauses = [within('--every', least, 0.5, 600), within('--every', most, 0.5, 600)] as const;
  if (others.length === 0 && pauses[0] <= pauses[1]) return pauses;
  throw new UsageError(`--every has to be two numbers of seconds, the lesser first, like 2-7; not ${text}.`);
}

function kindsOf(text: string): readonly string[] {
  const kinds = text.split(',');
  const unknown = kinds.filter((kind) => !partKinds.includes(kind));
  if (unknown.length === 0) return kinds;
  throw new UsageError(`--parts has to name some of ${partKinds.join(', ')}; not ${unknown.join(', ')}.`);
}
