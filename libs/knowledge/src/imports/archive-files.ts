/** Finds out what packed an archive, and reads its files. Pure. */
import { type ArchiveFile, type RandomAccess, refusedArchive } from './archive.js';
import { filesOfGitHistory } from './git-history.js';
import { filesOfTar } from './tar-archive.js';
import { filesOfZip } from './zip-archive.js';

const headBytes = 512;
const ofGit = /^(?:feature |reset |blob\n|commit |progress |option )/;

/**
 * By the content: neither a name nor what the sender says is believed.
 * @throws DomainError `archive-unknown`, and what the readers throw
 */
export async function filesOf(archive: RandomAccess): Promise<readonly ArchiveFile[]> {
  const head = await archive.read(0, Math.min(headBytes, archive.bytes));
  const start = head.toString('latin1');
  if (['PK\u0003\u0004', 'PK\u0005\u0006'].some((mark) => start.startsWith(mark))) return filesOfZip(archive);
  // An archive of nothing begins with its end.
  const isEmptyTar = head.length === headBytes && head.every((byte) => byte === 0);
  if (start.slice(257, 262) === 'ustar' || isEmptyTar) return filesOfTar(archive);
  if (ofGit.test(start)) return filesOfGitHistory(archive);
  const words = 'Send a tar or zip archive (tar may be packed by gzip), or the history that `git fast-export` writes.';
  throw refusedArchive('archive-unknown', words);
}
