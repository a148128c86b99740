import { describeWithDisk, mountSmallDisk } from '@guichet/testing';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileLimits } from './file-store.js';
import { FolderStore } from './folder-store.node.js';

let root: string;
let store: FolderStore;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'guichet-files-'))));
beforeEach(async () => (store = await FolderStore.open(root)));
afterAll(() => rm(root, { recursive: true, force: true }));

let last = 0;
const newKey = () => ({ tenantId: 'tenant-a', fileId: `file-${++last}` });
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const contentOf = async (key: ReturnType<typeof newKey>) => {
  const found = await store.get(key);
  return found && buffer(found.content);
};
const drafts = () => readdir(join(root, '.unfinished'));
const from = (...chunks: readonly Uint8Array[]) => Readable.from(chunks);

async function* brokenOff() {
  yield Buffer.alloc(1000);
  throw new Error('the sender hung up');
}

describe('a file', () => {
  it('comes back as it was', async () => {
    const key = newKey();
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));
    const chunks = [
      content.subarray(0, 1),
      content.subarray(1, 1),
      content.subarray(1, 200_000),
      content.subarray(200_000),
    ];
    expect(await store.put(key, from(...chunks))).toEqual({ bytes: 300_000, sha256: sha256(content) });
    expect(await contentOf(key)).toEqual(content);
    expect(await store.stat(key)).toEqual({ bytes: 300_000 });
    expect(await drafts()).toEqual([]);
  });

  it('may be empty', async () => {
    const key = newKey();
    expect(await store.put(key, from())).toEqual({ bytes: 0, sha256: sha256(Buffer.alloc(0)) });
    expect(await contentOf(key)).toEqual(Buffer.alloc(0));
  });

  it('is gone once it is removed', async () => {
    const key = newKey();
    await store.put(key, from(Buffer.from('x')));
    expect(await store.remove(key)).toBe(true);
    expect(await store.remove(key)).toBe(false);
    expect(await store.get(key)).toBeUndefined();
    expect(await store.stat(key)).toBeUndefined();
  });

  it('belongs to its tenant', async () => {
    const key = newKey();
    await store.put(key, from(Buffer.from('x')));
    expect(await store.get({ ...key, tenantId: 'tenant-b' })).toBeUndefined();
  });

  it.each(['', '..', '.', 'a/b', 'a\\b', '/etc', 'a\0b', 'A', 'a'.repeat(65), '-a', 'a.b', 'ą'])(
    'has no path from outside: %j',
    async (part) => {
      await expect(store.put({ tenantId: 'tenant', fileId: part }, from())).rejects.toThrow(RangeError);
      await expect(store.get({ tenantId: part, fileId: 'file' })).rejects.toThrow(RangeError);
      await expect(store.stat({ tenantId: part, fileId: 'file' })).rejects.toThrow(RangeError);
      await expect(store.remove({ tenantId: 'tenant', fileId: part })).rejects.toThrow(RangeError);
    },
  );
});

describe('a file that is not acceptable leaves nothing', () => {
  it('when it is one byte too large', async () => {
    const key = newKey();
    const full = Buffer.alloc(fileLimits.bytes);
    await expect(store.put(key, from(full, Buffer.alloc(1)))).rejects.toMatchObject({ code: 'file-too-large' });
    expect(await store.stat(key)).toBeUndefined();
    expect((await store.put(key, from(full))).bytes).toBe(fileLimits.bytes);
    await expect(store.put(newKey(), from(Buffer.alloc(11)), { limitBytes: 10 })).rejects.toMatchObject({
      code: 'file-too-large',
      details: { limitBytes: 10 },
    });
    expect(await drafts()).toEqual([]);
  });

  it('when its sender hangs up', async () => {
    const key = newKey();
    await expect(store.put(key, brokenOff())).rejects.toThrow('the sender hung up');
    expect([await store.stat(key), await drafts()]).toEqual([undefined, []]);
  });

  it('when its beginning is refused, and the rest is not read', async () => {
    const key = newKey();
    let read = 0;
    async function* chunks() {
      for (; read < 9; read++) yield Buffer.alloc(2 ** 20, read);
    }
    const inspect = (head: Uint8Array) => {
      throw new Error(`refused after ${head.length} bytes`);
    };
    await expect(store.put(key, chunks(), { inspect })).rejects.toThrow(`refused after ${fileLimits.headBytes} bytes`);
    expect([read, await store.stat(key), await drafts()]).toEqual([0, undefined, []]);
  });

  it('when a short file is refused as a whole', async () => {
    const heads: string[] = [];
    const inspect = (head: Uint8Array) => void heads.push(Buffer.from(head).toString());
    await store.put(newKey(), from(Buffer.from('ab'), Buffer.from('c')), { inspect });
    expect(heads).toEqual(['abc']);
  });
});

describe('two writers of one file', () => {
  it('agree when they write the same', async () => {
    const key = newKey();
    const content = Buffer.alloc(100_000, 7);
    const other = await FolderStore.open(root);
    const both = await Promise.all([store.put(key, from(content)), other.put(key, from(content))]);
    expect(both[0]).toEqual(both[1]);
    expect(await contentOf(key)).toEqual(content);
  });

  it('do not mix, and the slower one is told', async () => {
    const other = await FolderStore.open(root);
    for (let round = 0; round < 20; round++) {
      const key = newKey();
      const contents = [Buffer.alloc(50_000, 1), Buffer.alloc(50_000, 2)] as const;
      const results = await Promise.allSettled([
        store.put(key, from(contents[0].subarray(0, 10), contents[0].subarray(10))),
        other.put(key, from(contents[1].subarray(0, 10), contents[1].subarray(10))),
      ]);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      expect(results[1 - winner]).toMatchObject({ status: 'rejected', reason: { code: 'file-exists' } });
      expect(await contentOf(key)).toEqual(contents[winner]);
    }
  });
});

it('shows nothing of a write that was killed, and cleans up after it', async () => {
  const loader = new URL('../../../tools/workspace/typescript.mjs', import.meta.url).href;
  const program = new URL('./testing/slow-writer.main.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, ['--import', loader, program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  const key = { tenantId: 'tenant', fileId: 'killed' };
  expect(await store.stat(key)).toBeUndefined();
  expect(await drafts()).toHaveLength(1);
  expect(await store.removeUnfinished(new Date(Date.now() - 60_000))).toBe(0);
  expect(await store.removeUnfinished(new Date(Date.now() + 60_000))).toBe(1);
  await store.put(key, from(Buffer.from('whole')));
  expect(await contentOf(key)).toEqual(Buffer.from('whole'));
});

describeWithDisk('a full disk', await mountSmallDisk(4 * 2 ** 20), (disk) => {
  afterAll(() => disk.unmount());

  it('refuses the file, and keeps those that are there', async () => {
    store = await FolderStore.open(join(disk.path, 'files'));
    const [kept, refused] = [newKey(), newKey()];
    await store.put(kept, from(Buffer.from('kept')));
    await disk.fill(100_000);
    await expect(store.put(refused, from(Buffer.alloc(1_000_000)))).rejects.toMatchObject({ code: 'files-full' });
    expect(await contentOf(kept)).toEqual(Buffer.from('kept'));
    expect(await store.stat(refused)).toBeUndefined();
    await disk.empty();
    expect((await store.put(refused, from(Buffer.alloc(1_000_000)))).bytes).toBe(1_000_000);
  });
});
