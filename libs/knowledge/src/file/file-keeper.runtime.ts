import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from '@guichet/config';
import { EventStore } from '@guichet/event-sourcing';
import { type FileKey, type FileStore, FolderStore } from '@guichet/files';
import { type Companion, Freshness, SERVICE_SETTINGS } from '@guichet/service';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { KnowledgeOptions } from '../knowledge.settings.js';
import { fileDecider } from './file.js';
import { Files } from './files.query.js';
import { StoredFiles, type Verdict } from './stored-files.store.js';

const [minuteMs, dayMs] = [60_000, 86_400_000];
/** A request ends after a minute: what is unfinished after an hour will never be finished. */
export const unfinishedMs = 60 * minuteMs;
const everyMs = 10 * minuteMs;
/** Of one round. What is left is for the next one. */
const mostOfRound = 200;
const waitMs = 5_000;
export const defaultUnusedDays = 30;

/**
 * The store of files, and who tidies it: content whose upload ended halfway, and files that no text has used for so
 * many days after they were added. Every replica does this; none looks at what another one looks at.
 */
@Injectable()
export class FileKeeper implements Companion {
  private readonly log = new Logger('FileKeeper');
  private readonly stopping = new AbortController();
  private readonly unusedMs: number;
  private opened: FileStore | undefined;
  private rounds: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVICE_SETTINGS) private readonly settings: KnowledgeOptions,
    private readonly events: EventStore,
    private readonly stored: StoredFiles,
    private readonly files: Files,
    private readonly freshness: Freshness,
  ) {
    this.unusedMs = (settings.unusedFileDays ?? defaultUnusedDays) * dayMs;
  }

  /** @throws Error before the service has started */
  get store(): FileStore {
    if (this.opened === undefined) throw new Error('The store of files is not open yet.');
    return this.opened;
  }

  async start(): Promise<void> {
    const { filesDir } = this.settings;
    this.opened = await FolderStore.open(filesDir).catch((error: Error) => {
      throw new ConfigurationError([`FILES_DIR=${filesDir} cannot be used: ${error.message}.`]);
    });
    this.rounds = this.goOn();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.rounds;
  }

  notReady(): string | undefined {
    return this.opened === undefined ? 'the folder of files is not open yet' : undefined;
  }

  /** One round, as of `now`. @returns how many files were looked at */
  async tidy(now: Date): Promise<number> {
    await this.store.removeUnfinished(new Date(now.getTime() - unfinishedMs));
    for (let looked = 0; looked < mostOfRound; looked++) {
      if (this.stopping.signal.aborted) return looked;
      if (!(await this.stored.lookAtNext(now, (key) => this.judge(key, now)))) return looked;
    }
    return mostOfRound;
  }

  private async judge(key: FileKey, now: Date): Promise<Verdict> {
    const { tenantId, fileId } = key;
    const { state } = await this.events.load(fileDecider, tenantId, fileId);
    if (!state.isThere) {
      await this.store.remove(key);
      return 'forget';
    }
    if (!(await this.freshness.hasAllOfOwn('articles', waitMs))) return { later: new Date(now.getTime() + everyMs) };
    if (await this.files.isUsed(tenantId, fileId)) return 'keep';
    const found = await this.files.find(tenantId, fileId);
    const dueAt = new Date((found?.added_at ?? now).getTime() + this.unusedMs);
    if (dueAt > now) return { later: dueAt };
    const command = { type: 'RemoveFile', data: { fileId, at: now.toISOString() } } as const;
    const actor = { kind: 'system', id: 'knowledge' } as const;
    await this.events.transact(fileDecider, fileId, command, { context: { tenantId, actor, correlationId: fileId } });
    await this.store.remove(key);
    return 'forget';
  }

  private async goOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.tidy(new Date());
      } catch (error) {
        this.log.warn(
          { msg: 'files-not-tidied', detail: 'Files could not be tidied; tried again in ten minutes.' },
          error,
        );
      }
    }
  }
}
