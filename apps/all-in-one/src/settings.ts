import { resolve } from 'node:path';
import {
  fileSettings,
  limitSettings,
  loadConfig,
  platformSettings,
  searchSettings,
  setting,
  type Settings,
} from '@guichet/config';

const dataDirName = '.guichet';

/** Where the commands of a checkout look by themselves. */
export const usualDataDir = resolve(dataDirName);

/** What a person who starts the whole product in one process may set. The services' own settings follow from these. */
export const allInOneSettings = {
  mode: setting.choice({
    name: 'GUICHET_MODE',
    values: ['demo', 'production'],
    default: 'demo',
    description:
      'demo has a tenant `demo` with people and tickets, and a client that may ask for any role; production has none of them.',
  }),
  host: setting.text({
    name: 'HOST',
    default: '127.0.0.1',
    description: 'Address to listen on. Loopback unless you say otherwise.',
  }),
  port: setting.port({
    name: 'PORT',
    default: 3000,
    description:
      'Port to listen on; 0 takes a free one. Where it is not set and 3000 is taken, the next free one is taken and named.',
  }),
  dataDir: setting.text({
    name: 'GUICHET_DATA_DIR',
    default: dataDirName,
    description: 'Folder for the database, the keys and uploaded files; created where missing. One instance at a time.',
  }),
  publicUrl: setting.url({
    name: 'GUICHET_PUBLIC_URL',
    description:
      'Address people and programs reach it by, where it is not the one it listens on. Part of every access token (issuer).',
  }),
  adminUrl: setting.url({
    name: 'GUICHET_POSTGRES_URL',
    description:
      'A PostgreSQL server of your own (15 or newer), as a role that may create databases and roles; by default one is started in the data folder.',
  }),
  demoHistory: setting.flag({
    name: 'GUICHET_DEMO_HISTORY',
    default: true,
    description:
      'Fill the tenant `demo` with sixty days of made-up tickets, a knowledge base and a forum at the first start.',
  }),
  unusedFileDays: fileSettings.unusedFileDays,
  ...searchSettings,
  logLevel: setting.choice({
    name: 'LOG_LEVEL',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'warn',
    description: 'How much to log.',
  }),
  logFormat: setting.choice({
    name: 'LOG_FORMAT',
    values: ['json', 'pretty'],
    default: 'pretty',
    description: 'json, one object a line, or pretty for people.',
  }),
  metricsToken: platformSettings.metricsToken,
  // Nobody can take over from the only process.
  shutdownDelaySeconds: { ...platformSettings.shutdownDelaySeconds, default: 0 },
  shutdownGraceSeconds: platformSettings.shutdownGraceSeconds,
  ...limitSettings,
} as const;

export type AllInOneSettings = Settings<typeof allInOneSettings>;

/** @throws ConfigurationError that lists every problem. */
export function loadAllInOneSettings(env: Readonly<Record<string, string | undefined>>): AllInOneSettings {
  const settings = loadConfig(allInOneSettings, env);
  return { ...settings, dataDir: resolve(settings.dataDir) };
}
