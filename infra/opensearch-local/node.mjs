import { execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mavenJars } from '../java/maven-jars.mjs';

const version = '2.19.6';
const opensearch = mavenJars({
  ...{ title: 'OpenSearch', name: 'opensearch', version, setting: 'GUICHET_OPENSEARCH_JARS' },
  pom: join(import.meta.dirname, 'pom.xml'),
});
const START_WITHIN_MS = 240_000;

/** See `mavenJars`. About 57 jars, 46 MB, 10 s. */
export const { whatIsMissing, install: installOpenSearch } = opensearch;

/** What a distribution has as modules: each has its jars to itself. */
const modules = [
  {
    name: 'transport-netty4',
    classname: 'org.opensearch.transport.Netty4Plugin',
    jars: /^(netty-|transport-netty4-)/,
    policy:
      'grant { permission java.net.SocketPermission "*", "accept,connect,resolve"; permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read"; };',
  },
  { name: 'mapper-extras', classname: 'org.opensearch.index.mapper.MapperExtrasPlugin', jars: /^mapper-extras-/ },
];

/** Starts one node on loopback, in a temporary folder that is removed at the stop, and answers once it takes requests. */
export async function startOpenSearch() {
  const home = await mkdtemp(join(await scratch(), 'guichet-opensearch-'));
  const port = await freePort();
  layOut(home, await installOpenSearch(), { http: port, transport: await freePort() });
  const account = process.getuid?.() === 0 ? nobody() : undefined; // it does not run as root
  if (account) {
    await chmod(home, 0o755);
    for (const path of ['', ...readdirSync(home, { recursive: true })])
      chownSync(join(home, path), account.uid, account.gid);
  }
  const output = await open(join(home, 'opensearch.log'), 'a');
  const flags = [
    ...['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.security.manager=allow'],
    ...[`-Djava.io.tmpdir=${join(home, 'tmp')}`, `-Dopensearch.path.home=${home}`],
    ...[`-Dopensearch.path.conf=${join(home, 'config')}`, '-Dopensearch.distribution.type=tar'],
    ...['-cp', `${join(home, 'lib')}/*`, 'org.opensearch.bootstrap.OpenSearch'],
  ];
  const stdio = ['ignore', output.fd, output.fd];
  const node = spawn('java', flags, { ...account, cwd: home, stdio, detached: true });
  await output.close();
  let isOver = false;
  const ended = new Promise((resolve) => ['exit', 'error'].forEach((event) => node.once(event, resolve))).then(
    () => (isOver = true),
  );
  const stop = async () => {
    node.kill('SIGKILL'); // the data is thrown away
    await ended;
    await rm(home, { recursive: true, force: true });
  };

  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await takesRequests(url))) {
    if (!isOver && performance.now() < deadline) {
      await delay(100);
      continue;
    }
    const log = await readFile(join(home, 'opensearch.log'), 'utf8');
    await stop();
    throw new Error(`OpenSearch did not start on port ${port}. The end of its log:\n${log.slice(-2_000)}`);
  }
  return { url, pid: node.pid, ended, stop };
}

/** In memory where there is room: each write is flushed to the disk before it is answered, which takes most of a test. */
async function scratch() {
  const memory = '/dev/shm';
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 })); // not every system has it
  return bavail * bsize >= 2 ** 30 ? memory : tmpdir();
}

function layOut(home, jars, ports) {
  for (const folder of ['config', 'lib', 'modules', 'plugins', 'data', 'logs', 'tmp']) mkdirSync(join(home, folder));
  const put = (path, lines) => writeFileSync(join(home, path), `${lines.join('\n')}\n`);
  put('config/opensearch.yml', [
    ...['cluster.name: guichet-local', 'discovery.type: single-node', 'network.host: 127.0.0.1'],
    ...[`http.port: ${ports.http}`, `transport.port: ${ports.transport}`],
    // A disk that is nearly full serves a test as well.
    'cluster.routing.allocation.disk.threshold_enabled: false',
  ]);
  put('config/log4j2.properties', [
    ...['status = error', 'appender.console.type = Console', 'appender.console.name = console'],
    ...['appender.console.layout.type = PatternLayout', 'appender.console.layout.pattern = %d %p %c{1} %m%n'],
    ...['rootLogger.level = warn', 'rootLogger.appenderRef.console.ref = console'],
  ]);
  for (const { name, classname, policy } of modules) {
    mkdirSync(join(home, 'modules', name));
    put(`modules/${name}/plugin-descriptor.properties`, [
      ...[`name=${name}`, `description=${name}`, `version=${version}`, `opensearch.version=${version}`],
      ...['java.version=11', `classname=${classname}`],
    ]);
    if (policy) put(`modules/${name}/plugin-security.policy`, [policy]);
  }
  for (const jar of readdirSync(jars)) {
    const owner = modules.find((module) => module.jars.test(jar));
    cpSync(join(jars, jar), join(home, owner ? `modules/${owner.name}` : 'lib', jar));
  }
}

function nobody() {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })));
  return { uid, gid };
}

async function takesRequests(url) {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false, // not yet
  );
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
