import {
  CommandReused,
  type CommandOptions,
  type CommandResult,
  DomainError,
  EventStore,
} from '@guichet/event-sourcing';
import { type InspectedFile, inspectFile, type StoredFile } from '@guichet/files';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FileKeeper, unfinishedMs } from './file-keeper.runtime.js';
import { fileDecider } from './file.js';
import { StoredFiles } from './stored-files.store.js';

/** What is known of a file once its content is stored. */
export type KeptFile = InspectedFile & StoredFile;

export interface AddedFile {
  readonly file: KeptFile;
  readonly result: CommandResult;
}

/** A file comes in: first its content is stored, then it is written down that it is there. */
export class AddFile extends Command<AddedFile> {
  constructor(
    readonly fileId: string,
    /** As the sender calls it. */
    readonly name: string,
    readonly content: AsyncIterable<Uint8Array>,
    readonly at: string,
    readonly tenantId: string,
    /** Asked for once the content is stored: what a repeated request is compared by. */
    readonly options: (file: KeptFile) => CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(AddFile)
export class AddFileHandler implements ICommandHandler<AddFile> {
  constructor(
    private readonly events: EventStore,
    private readonly keeper: FileKeeper,
    private readonly stored: StoredFiles,
  ) {}

  /**
   * @throws DomainError `file-too-large`, `file-type-refused`, `picture-unreadable`, `picture-too-large`, `files-full`
   * @throws CommandReused where the id came with another content before
   */
  async execute({ fileId, name, content, at, tenantId, options }: AddFile): Promise<AddedFile> {
    const key = { tenantId, fileId };
    await this.stored.expect(key, new Date(Date.now() + unfinishedMs));
    let inspected: InspectedFile | undefined;
    const inspect = async (head: Uint8Array) => void (inspected = await inspectFile(head, name));
    const stored = await this.keeper.store.put(key, content, { inspect }).catch((error: unknown) => {
      throw error instanceof DomainError && error.code === 'file-exists' ? new CommandReused(fileId) : error;
    });
    if (inspected === undefined) throw new Error('The store of files has not shown the beginning of the file.');
    const file: KeptFile = { ...inspected, ...stored };
    const { size } = file;
    const data = { fileId, name: file.name, type: file.type, ...stored, ...(size && { size }), at };
    const result = await this.events.transact(fileDecider, fileId, { type: 'AddFile', data }, options(file));
    return { file, result };
  }
}
