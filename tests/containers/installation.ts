/** docker-compose.yml started as a project of its own, looked at and handled as its operator does. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { serviceNames } from '@guichet/contracts';
import { freePort, root, until } from '@guichet/testing';

const run = promisify(execFile);

export interface Engine {
  readonly docker: string;
  readonly compose: readonly string[];
}

/** What `npm run test:containers` found; undefined where another command runs the tests. */
export function engineOfRun(): Engine | undefined {
  const { GUICHET_TEST_DOCKER: docker, GUICHET_TEST_COMPOSE: compose } = process.env;
  return docker && compose ? { docker, compose: compose.split(' ') } : undefined;
}

const replicas = 2;
const scale = serviceNames.flatMap((name) => ['--scale', `${name}=${replicas}`]);

export class Installation {
  private constructor(
    private readonly engine: Engine,
    private readonly project: string,
    private readonly port: number,
  ) {}

  static async create(engine: Engine): Promise<Installation> {
    return new Installation(engine, `guichet-${randomBytes(3).toString('hex')}`, await freePort());
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  /** Everything, with two replicas of each service. */
  async up(): Promise<void> {
    await this.compose('up', '-d', '--no-build', ...scale);
  }

  /** Replicas that are missing. */
  async fillUp(): Promise<void> {
    await this.compose('up', '-d', '--no-build', '--no-deps', '--no-recreate', ...scale, ...serviceNames);
  }

  async down(): Promise<void> {
    await this.compose('--profile', 'demo', '--profile', 'commands', 'down', '--volumes', '--timeout', '1');
  }

  /** A job of a profile, to its end; answers what it said. */
  job(profile: string, ...args: string[]): Promise<string> {
    return this.compose('--profile', profile, 'run', '--rm', '-T', '--no-deps', ...args);
  }

  async docker(...args: string[]): Promise<string> {
    return (await run(this.engine.docker, args, { maxBuffer: 1 << 26 })).stdout;
  }

  /** Ids of a part's containers, running or not. */
  async containersOf(part: string): Promise<string[]> {
    const filters = [`com.docker.compose.project=${this.project}`, `com.docker.compose.service=${part}`];
    const flags = filters.flatMap((label) => ['--filter', `label=${label}`]);
    return (await this.docker('ps', '--all', '--quiet', '--no-trunc', ...flags)).split('\n').filter(Boolean);
  }

  /** Waits until each replica of each service says that it is ready. */
  async healthy(): Promise<void> {
    await until(
      'every replica to be ready',
      async () => {
        const ids = (await Promise.all(serviceNames.map((name) => this.containersOf(name)))).flat();
        const states = await this.docker('inspect', '--format', '{{.State.Health.Status}}', ...ids);
        const ready = states.split('\n').filter((state) => state === 'healthy').length;
        return ready === replicas * serviceNames.length;
      },
      120_000,
      500,
    );
  }

  /** Asked inside the server's container, where nobody needs a password. */
  async sql(database: string, text: string): Promise<string> {
    const [postgres = ''] = await this.containersOf('postgres');
    const psql = ['psql', '--username=postgres', '--no-align', '--tuples-only', '--field-separator= '];
    return (await this.docker('exec', postgres, ...psql, `--dbname=${database}`, `--command=${text}`)).trim();
  }

  async logs(): Promise<string> {
    return this.compose('logs', '--no-color', '--tail', '15');
  }

  private async compose(...args: string[]): Promise<string> {
    const [command = '', ...first] = this.engine.compose;
    const env = {
      ...process.env,
      GUICHET_VERSION: 'test',
      GUICHET_PORT: String(this.port),
      GUICHET_PUBLIC_URL: this.url,
    };
    const all = [...first, '--project-name', this.project, ...args];
    return (await run(command, all, { cwd: root, env, maxBuffer: 1 << 26 })).stdout;
  }
}
