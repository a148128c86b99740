import { EventStore } from '@guichet/event-sourcing';
import { fileLimits, inspectFile } from '@guichet/files';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { fileDecider } from '../file/file.js';
import { AddFile } from '../file/file.handler.js';
import type { ArchiveFile } from './archive.js';
import { hashOf, type Importing, inTurns } from './importing.js';

const atOnce = 4;

/** Brings the pictures and documents of an archive that texts show. */
@Injectable()
export class ImportedPictures {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
  ) {}

  /** @returns what texts show them by, by path: of those that could be brought, or in a dry run could have been */
  async bring(
    importing: Importing,
    files: ReadonlyMap<string, ArchiveFile>,
    paths: ReadonlySet<string>,
    dryRun: boolean,
  ): Promise<ReadonlyMap<string, string>> {
    const references = new Map<string, string>();
    await inTurns([...paths], atOnce, async (path) => {
      const file = files.get(path);
      const id =
        file &&
        (await importing.unlessRefused({ code: 'picture-refused', key: path }, () =>
          this.one(importing, path, file, dryRun),
        ));
      if (id !== undefined) references.set(path, `file:${id}`);
    });
    return references;
  }

  private async one(
    importing: Importing,
    path: string,
    { bytes, read }: ArchiveFile,
    dryRun: boolean,
  ): Promise<string> {
    const name = path.split('/').at(-1) ?? path;
    // More than that is refused whatever it is, and need not be read.
    const content =
      bytes > fileLimits.bytes ? new Uint8Array(fileLimits.bytes + 1) : ((await read?.()) ?? new Uint8Array());
    // A picture that has changed at its source is another one: files never change.
    const fileId = importing.id('file', path, hashOf(content));
    if (dryRun) {
      await inspectFile(content.subarray(0, fileLimits.headBytes), name);
      return fileId;
    }
    const { state } = await this.events.load(fileDecider, importing.tenantId, fileId);
    if (state.isThere) return fileId;
    const { tenantId, now } = importing;
    // Without the id of a command: a file that was removed may come back.
    const add = new AddFile(fileId, name, once(content), now, tenantId, () => ({ context: importing.context }));
    importing.add((await this.commands.execute(add)).result);
    return fileId;
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
