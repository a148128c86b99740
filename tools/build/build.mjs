/**
 * `node tools/build/build.mjs <app> …`: one production bundle per app, dist/apps/<app>/, that runs in an empty folder:
 * main.mjs, which asks for the right Node (entry.mjs), and app.mjs, the whole program. `--sizes` writes nothing and says
 * as JSON what the bundles would be. SWC compiles the decorators' metadata, which esbuild does not emit; esbuild links
 * everything into one file, or for the command `guichet` into one and the parts that it loads when they are wanted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transform } from '@swc/core';
import { build } from 'esbuild';
import { buildFacts, entryFor } from './entry.mjs';
import { withOwnSourcesOnly } from './own-sources.mjs';
import { wasm } from './wasm.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const swcrc = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
delete swcrc.$schema;

/** Where a source starts a thread: `new URL('./<name>-worker.main.ts', import.meta.url)`. */
const workerAddress = /new URL\('\.\/([a-z-]+-worker)\.main\.ts', import\.meta\.url\)/g;

/** Where a source names a folder of files that it reads: `new URL('../<name>', import.meta.url)`. */
const folderAddress = /new URL\('(\.\.\/[a-z-]+)', import\.meta\.url\)/g;

/**
 * Threads have files of their own beside the bundle, `<name>-worker.mjs`, and folders lie beside it. The maps are told
 * where these come from.
 */
const swc = ({ workers, folders }) => ({
  name: 'swc',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const source = text
        .replace(workerAddress, (_, name) => {
          workers.set(name, join(dirname(path), `${name}.main.ts`));
          return `new URL('./${name}.mjs', import.meta.url)`;
        })
        .replace(folderAddress, (_, address) => {
          const folder = join(dirname(path), address);
          folders.set(basename(folder), folder);
          return `new URL('./${basename(folder)}', import.meta.url)`;
        });
      const { code } = await transform(source, { ...swcrc, swcrc: false, filename: path, sourceMaps: 'inline' });
      return { contents: code, loader: 'js' };
    });
  },
});

// Optional parts of Nest, TypeORM and pg that the product does not use: they are looked up at run time and may be
// absent.
const absent = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@fastify/static',
  '@nestjs/platform-express',
  '@nestjs/mongoose',
  'pg-native',
  '@fastify/view',
  '@fastify/multipart',
  'react-native-sqlite-storage',
  '@sap/hana-client',
  '@google-cloud/spanner',
  'better-sqlite3',
  'ioredis',
  'redis',
  'mongodb',
  'mssql',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-query-stream',
  'sql.js',
  'sqlite3',
  'typeorm-aurora-data-api-driver',
  'expo-sqlite',
];

const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "import { dirname as __pathDirname } from 'node:path';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url), __dirname = __pathDirname(__filename);',
].join(' ');

const entryOf = (app) => join(root, 'apps', app, 'src/main.ts');
const options = {
  bundle: true,
  platform: 'node',
  target: `node${buildFacts.leastNode}`,
  define: { guichetVersion: JSON.stringify(buildFacts.version), guichetCommit: JSON.stringify(buildFacts.commit) },
  format: 'esm',
  keepNames: true,
  minifyWhitespace: true,
  metafile: true,
  banner: { js: banner },
  external: absent.flatMap((name) => [name, `${name}/*`]),
  logLevel: 'error',
  logLimit: 20,
};

/**
 * Whoever writes one stack trace reads the whole map: with others' code in it that cost a process 140 MB and half a
 * second of its start. Their frames name the bundle's lines, with the functions' own names.
 */
const keepOwnSources = (text) =>
  JSON.stringify(withOwnSourcesOnly(JSON.parse(text), (source) => !source.includes('node_modules/')));

/** Whole or not at all: several commands may build the same app at once, or start what another one builds. */
async function put(path, contents, mode = 0o644) {
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, contents);
  await chmod(unfinished, mode);
  await rename(unfinished, path);
}

/** The files of the folder, and none that it had earlier. */
async function copyFolder(from, to) {
  await cp(from, to, { recursive: true });
  for (const path of await readdir(to, { recursive: true }))
    if (!existsSync(join(from, path))) await rm(join(to, path), { recursive: true, force: true });
}

/** What the app's package.json names as its `files` lies beside its bundle. */
async function copyBeside(app, folder) {
  const { files = [] } = JSON.parse(await readFile(join(root, 'apps', app, 'package.json'), 'utf8'));
  for (const file of files) await cp(join(root, 'apps', app, file), join(folder, file), { recursive: true });
}

/** Parts of earlier builds. Whoever runs one of them has an hour to load them. */
async function removeOldParts(folder, current) {
  const hourAgoMs = Date.now() - 3_600_000;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith('part-') || current.has(path)) continue;
    if ((await stat(path)).mtimeMs < hourAgoMs) await rm(path, { force: true });
  }
}

/** A command ends soon: it reads only the parts that it needs. A service needs all of it, in one file. */
const isSplit = (app) => app === 'cli';

export async function bundle(app) {
  const started = performance.now();
  const folder = join(root, 'dist/apps', app);
  const [workers, folders] = [new Map(), new Map()];
  const toFolder = {
    ...options,
    plugins: [swc({ workers, folders }), wasm],
    write: false,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    sourcemap: 'linked',
    sourcesContent: false,
  };
  const { outputFiles: files } = await build({
    ...toFolder,
    entryPoints: { app: entryOf(app) },
    splitting: isSplit(app),
  });
  const threads = workers.size > 0 ? await build({ ...toFolder, entryPoints: Object.fromEntries(workers) }) : undefined;
  const outputFiles = [...files, ...(threads?.outputFiles ?? [])];
  const [maps, code] = [
    outputFiles.filter(({ path }) => path.endsWith('.map')),
    outputFiles.filter(({ path }) => path.endsWith('.mjs')),
  ];
  for (const { path, text } of maps) await put(path, keepOwnSources(text));
  // What imports the parts comes last.
  const isApp = ({ path }) => basename(path) === 'app.mjs';
  for (const { path, text } of code.toSorted((a, b) => isApp(a) - isApp(b))) await put(path, text);
  await put(join(folder, 'main.mjs'), entryFor(app), 0o755);
  await copyBeside(app, folder);
  for (const [name, from] of folders) await copyFolder(from, join(folder, name));
  await removeOldParts(folder, new Set(outputFiles.map(({ path }) => path)));
  const bytes = code.reduce((sum, { contents }) => sum + contents.length, 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`built ${app}: ${(bytes / 2 ** 20).toFixed(1)} MiB in ${seconds} s`);
  return join(folder, 'main.mjs');
}

/** App → bytes of its bundle, and how many modules are in it. All at once: what they share is compiled once. */
async function sizes(apps) {
  const entryPoints = Object.fromEntries(apps.map((app) => [app, entryOf(app)]));
  const plugins = [swc({ workers: new Map(), folders: new Map() }), wasm];
  const { metafile } = await build({
    ...options,
    plugins,
    entryPoints,
    outdir: join(root, 'dist/sizes'),
    write: false,
  });
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { bytes, inputs }]) => [
      basename(path, '.js'),
      { bytes, modules: Object.keys(inputs).length },
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { sizes: { type: 'boolean' } } });
  const apps =
    positionals.length > 0
      ? positionals
      : (await readdir(join(root, 'apps'))).filter((app) => existsSync(entryOf(app)));
  if (values.sizes) console.log(JSON.stringify(await sizes(apps)));
  else for (const app of apps) await bundle(app);
}
