export { databaseSettings } from './database-settings.js';
export { feedSettings, feedProblems, kafkaOptions } from './feed-settings.js';
export { installationSettings } from './installation-settings.js';
export { type LimitSettings, limitSettings } from './limit-settings.js';
export { platformSettings, type PlatformSettings } from './platform-settings.js';
export { settingsMarkdown, type SettingsGroup } from './settings-markdown.js';
export {
  ConfigurationError,
  loadConfig,
  readSetting,
  setting,
  type Setting,
  type Settings,
  type SettingsSchema,
} from './settings.js';
