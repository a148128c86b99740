/**
 * `npm start` in every kind of place, by every kind of account. What the machine cannot arrange is skipped, and says
 * so.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@guichet/testing';
import { Clone, processesIn, ready } from './clone.js';

interface Situation {
  /** The clone's folder, below a folder that is this user's alone. */
  readonly folder?: string;
  /** Whom the clone belongs to, where not to whoever runs the tests: a user id. */
  readonly owner?: number;
  /** Runs `npm start`. */
  readonly wrapper?: readonly string[];
  /** As `wrapper`, to be tried beforehand: where it fails, the machine cannot arrange the situation. */
  readonly needs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What a start says that has to fail. */
  readonly refusal?: RegExp;
}

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const [nobody, nameless] = [65534, 54321];
const shell = (script: string) => ['sh', '-ec', `${script}; exec "$@"`, 'sh'];
const mounts = (script: string) => ['unshare', '--mount', '--propagation', 'private', ...shell(script)];
const without = (capabilities: string) => ['setpriv', `--bounding-set=${capabilities}`, '--inh-caps=-all'];
const as = (uid: number) => ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];

const whereRoot: Readonly<Record<string, Situation>> = {
  'as root, in a folder that only root may enter': {},
  'as root, where nobody is called postgres': {
    wrapper: mounts(
      'for f in passwd group; do sed /^postgres:/d /etc/$f > "$TMPDIR/$f"; mount --bind "$TMPDIR/$f" /etc/$f; done',
    ),
  },
  'as root without any capability': { wrapper: without('-all'), needs: [...without('-all'), 'unshare', '-U'] },
  'as root without the capability to enter all folders, or to signal others': {
    wrapper: without('-dac_override,-dac_read_search,-kill,-fowner'),
  },
  'as root without the capability to become somebody else': {
    wrapper: without('-setuid,-setgid'),
    needs: [...without('-setuid,-setgid'), 'unshare', '-U'],
  },
  'as root, installed with a umask that closes everything': { wrapper: shell('umask 077; chmod -R go-rwx .') },
  'as root, where usual places for copies are read-only or let nothing run': {
    wrapper: mounts('mount -t tmpfs -o ro none /var/cache; mount -t tmpfs -o noexec none /tmp'),
  },
  'as root, in a checkout that cannot be written to': {
    wrapper: mounts('mount --bind . .; mount -o remount,ro,bind .; cd "$PWD"'),
    env: { GUICHET_DATA_DIR: '../data elsewhere' },
  },
  'as an ordinary user': { owner: nobody, wrapper: as(nobody) },
  'as a user without a name': { owner: nameless, wrapper: as(nameless), needs: [...as(nameless), 'unshare', '-U'] },
  'as root that may become nobody else at all': {
    wrapper: ['unshare', '-Ur', ...shell('echo 0 > /proc/sys/user/max_user_namespaces')],
    refusal: /does not run as root.*docker run --user.*GUICHET_POSTGRES_URL/,
  },
};

const anywhere: Readonly<Record<string, Situation>> = {
  'in a folder with spaces, quotes, signs and letters of many languages': {
    folder: `Büro für Gäste, 100% 'neu' #1 & "東京"`,
  },
  'in a folder whose path is too long for a socket': {
    folder: join(...Array.from({ length: 4 }, () => 'long'.repeat(10))),
  },
};

/** Not in /tmp, which some situations cover. */
const home = mkdtempSync(join(isLinux ? '/var/tmp' : tmpdir(), 'guichet-places-'));
let clone: Clone;
beforeAll(() => {
  clone = Clone.at(join(home, 'clone'));
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

function whyNot(name: string, { wrapper = [], needs = wrapper }: Situation): string {
  if (name in whereRoot && !(isRoot && isLinux)) return 'only root on Linux can arrange it';
  if (needs.length === 0) return '';
  const env = { ...process.env, TMPDIR: home };
  const { status, stderr } = spawnSync(needs[0]!, [...needs.slice(1), 'true'], { cwd: home, env, encoding: 'utf8' });
  return status === 0 ? '' : `this machine cannot arrange it: ${stderr.trim()}`;
}

function itStarts(name: string, situation: Situation): void {
  const why = whyNot(name, situation);
  if (why !== '') {
    console.warn(`Skipped "starts ${name}": ${why}`);
    it.skip(`starts ${name} (skipped: ${why})`, () => undefined);
    return;
  }
  const { folder = 'clone', owner, wrapper = [], env = {}, refusal } = situation;
  it(`${refusal ? 'says why it cannot start' : 'starts'} ${name}`, async () => {
    clone.moveTo(join(home, folder));
    chmodSync(home, owner === undefined ? 0o700 : 0o711);
    if (isRoot) spawnSync('chown', ['-R', `${owner ?? 0}:${owner ?? 0}`, clone.folder]);
    const port = String(await freePort());
    const npm = clone.npmStart({ PORT: port, GUICHET_DEMO_HISTORY: 'false', TMPDIR: home, ...env }, wrapper);
    try {
      if (refusal) {
        expect(await npm.ended).toBe(1);
        expect(npm.output()).toMatch(refusal);
        return;
      }
      await ready(npm);
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
      expect(processesIn(home).join('\n')).toContain('guichet.folder=');
    } finally {
      npm.child.kill('SIGTERM');
      await npm.ended;
      await until('everything to end', () => processesIn(home).length === 0, 60_000);
      clone.forgetData();
      rmSync(join(home, 'data elsewhere'), { recursive: true, force: true });
    }
  }, 300_000);
}

describe('npm start', () => {
  for (const [name, situation] of Object.entries({ ...whereRoot, ...anywhere })) itStarts(name, situation);
});
