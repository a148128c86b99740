import { Injectable, Logger } from '@nestjs/common';

/** Its message is shown on /health/ready; what any other error says stays in the log. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

export interface HealthReport<Status extends string> {
  readonly status: Status;
  /** `ok` or the reason, by check. */
  readonly checks: Readonly<Record<string, string>>;
}

type Check = () => Promise<void> | void;

function add(checks: Map<string, Check>, name: string, check: Check): void {
  if (checks.has(name)) throw new Error(`there is a health check ${name} already`);
  checks.set(name, check);
}

/**
 * Checks by name, e.g. `routing-database`. A host is ready when every check passes within two seconds. It is alive
 * unless a liveness check says that only a restart helps (e.g. a consumer that has ended for good).
 */
@Injectable()
export class ReadinessRegistry {
  private readonly log = new Logger(ReadinessRegistry.name);
  private readonly readiness = new Map<string, Check>();
  private readonly liveness = new Map<string, Check>();
  private readonly timeoutMs = 2_000;

  /** @param check throws (NotReady to say why) while the host should get no requests. */
  register(name: string, check: Check): void {
    add(this.readiness, name, check);
  }

  /** @param check throws (NotReady to say why) when only a restart of the process helps. */
  registerLiveness(name: string, check: Check): void {
    add(this.liveness, name, check);
  }

  async report(): Promise<HealthReport<'ready' | 'not-ready'>> {
    const { passed, checks } = await this.runAll(this.readiness);
    return { status: passed ? 'ready' : 'not-ready', checks };
  }

  async alive(): Promise<HealthReport<'live' | 'dead'>> {
    const { passed, checks } = await this.runAll(this.liveness);
    return { status: passed ? 'live' : 'dead', checks };
  }

  private async runAll(
    checks: ReadonlyMap<string, Check>,
  ): Promise<{ passed: boolean; checks: Record<string, string> }> {
    const run = async ([name, check]: readonly [string, Check]): Promise<readonly [string, string]> => [
      name,
      await this.run(name, check),
    ];
    const results = await Promise.all([...checks].map(run));
    return { passed: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
  }

  private async run(name: string, check: Check): Promise<string> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new NotReady('no answer in time')), this.timeoutMs);
    try {
      await Promise.race([Promise.resolve().then(check), late]);
      return 'ok';
    } catch (error) {
      this.log.warn(`${name} is not ready`, error);
      return error instanceof NotReady ? error.message : 'failed';
    } finally {
      clearTimeout(timer);
    }
  }
}
