/** What processes use, as /proc tells it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const mebibyte = 1024 * 1024;
/** Of USER_HZ, which is 100 wherever Linux runs today. */
const ticksPerSecond = 100;

export interface Usage {
  readonly rssMb: number;
  /** Greatest RSS so far. */
  readonly peakRssMb: number;
  /** Processor time used so far, s. */
  readonly cpuSeconds: number;
}

export async function usageOf(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
  // The name in parentheses may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    rssMb: (kilobytes('VmRSS') * 1024) / mebibyte,
    peakRssMb: (kilobytes('VmHWM') * 1024) / mebibyte,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

const lookMs = 250;

/**
 * Waits until a process has done next to nothing for a quarter of a second: what followed from its requests is done.
 */
export async function untilIdle(pid: number, timeoutMs = 60_000): Promise<void> {
  let before = (await usageOf(pid)).cpuSeconds;
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline;) {
    await pause(lookMs);
    const { cpuSeconds } = await usageOf(pid);
    if ((cpuSeconds - before) * 1000 < lookMs / 10) return;
    before = cpuSeconds;
  }
  throw new Error(`The process ${pid} was still at work after ${timeoutMs} ms.`);
}

/** Samples a process's RSS until it is stopped or the process ends. */
export class RssSampler {
  private readonly samples: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(pid: number, everyMs = 200) {
    this.timer = setInterval(() => {
      usageOf(pid).then(
        // A process that has just ended still has a page, but nothing on it.
        ({ rssMb }) => !Number.isNaN(rssMb) && this.samples.push(rssMb),
        () => clearInterval(this.timer),
      );
    }, everyMs);
  }

  /** Greatest of the whole, and of the second half ÷ of the first: about 1 where memory is flat. */
  stop(): { readonly peakMb: number; readonly growth: number } {
    clearInterval(this.timer);
    const half = Math.floor(this.samples.length / 2);
    const peak = (from: number, to: number) => this.samples.slice(from, to).reduce((a, b) => Math.max(a, b), 0);
    return { peakMb: peak(0, this.samples.length), growth: peak(half, this.samples.length) / peak(0, half) };
  }
}
