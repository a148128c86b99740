import { type BackupSummary, backUp, checkBackup, restore } from '@guichet/local-postgres';
import { build } from '@guichet/observability/version';
import { type Command, exactly, type Outcome } from '../command.js';

const backup: Command = {
  takes: '<folder>',
  does: 'copy data, keys and secrets while the product works on',
  run: async ({ options: { dataDir }, progress }, args) => {
    const [target] = exactly(['folder'] as const, args);
    const summary = await backUp({
      ...{ dataDir, target, productVersion: build.version },
      onProgress: ({ bytes, ofBytes }) => progress(`Copying: ${mebibytes(bytes)} of about ${mebibytes(ofBytes)} MiB`),
    });
    return outcome(
      summary,
      `${target} is a backup of ${dataDir}. It holds the secrets: keep it where nobody else reads.`,
    );
  },
};

const check: Command = {
  takes: '<folder>',
  does: 'read a backup and compare it with its manifest',
  run: async (_, args) => {
    const [folder] = exactly(['folder'] as const, args);
    return outcome(await checkBackup(folder), `${folder} is whole.`);
  },
};

const restoreCommand: Command = {
  takes: '<folder>',
  does: 'put a backup into an empty data folder (--data); then start on it',
  run: async ({ options: { dataDir } }, args) => {
    const [folder] = exactly(['folder'] as const, args);
    const summary = await restore({ backup: folder, dataDir, productVersion: build.version });
    return outcome(
      summary,
      `${dataDir} is as it was at ${summary.endedAt}. Start with GUICHET_DATA_DIR=${dataDir} npm start`,
    );
  },
};

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function outcome(summary: BackupSummary, says: string): Outcome {
  const { bytes, endedAt, productVersion: product, postgresVersion } = summary;
  const text = [`${mebibytes(bytes)} MiB, of ${endedAt}, Guichet ${product} on PostgreSQL ${postgresVersion}`, says];
  return { data: summary, text: text.join('\n'), isFine: true };
}

export const backupCommands = { backup, 'check-backup': check, restore: restoreCommand };
