/**
 * The File: a picture or document that texts show. Its content never changes, and is kept by a store of files. Pure: no
 * Nest, no database, no clock.
 */
import type { Decider, DomainCommand, DomainEvent } from '@guichet/event-sourcing';
import type { FileType } from '@guichet/files';

export interface Adding {
  readonly fileId: string;
  /** As it is offered for saving. */
  readonly name: string;
  /** By its content. */
  readonly type: FileType;
  readonly bytes: number;
  /** Of the content, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Of a picture, in pixels. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly at: string;
}
type Removing = { readonly fileId: string; readonly at: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type FileEvent = DomainEvent<'FileAdded', Adding> | DomainEvent<'FileRemoved', Removing>;

export type FileCommand = DomainCommand<'AddFile', Adding> | DomainCommand<'RemoveFile', Removing>;

export interface File {
  readonly isThere: boolean;
}

const evolve = (file: File, { type }: FileEvent): File => {
  switch (type) {
    case 'FileAdded':
      return { ...file, isThere: true };
    case 'FileRemoved':
      return { ...file, isThere: false };
  }
};

/** No events means "already so". A file that was removed may be added again, as an import that is repeated does. */
const decide = ({ type, data }: FileCommand, { isThere }: File): readonly FileEvent[] => {
  switch (type) {
    case 'AddFile':
      return isThere ? [] : [{ type: 'FileAdded', data }];
    case 'RemoveFile':
      return isThere ? [{ type: 'FileRemoved', data }] : [];
  }
};

export const fileDecider: Decider<File, FileCommand, FileEvent> = {
  category: 'file',
  initial: { isThere: false },
  evolve,
  decide,
};
