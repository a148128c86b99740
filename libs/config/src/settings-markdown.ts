import type { Setting, SettingsSchema } from './settings.js';

export interface SettingsGroup {
  readonly title: string;
  /** Who reads these settings, in a sentence or two. */
  readonly text?: string;
  readonly settings: SettingsSchema;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function defaultCell(setting: Setting): string {
  if (setting.required) return '**required**';
  if (setting.default === undefined) return '–';
  const value = Array.isArray(setting.default)
    ? setting.default.join(',')
    : JSON.stringify(setting.default).replaceAll('"', '');
  return value === '' ? '(empty)' : `\`${value}\``;
}

function row(setting: Setting): string {
  const description = setting.secret ? `${setting.description} Secret.` : setting.description;
  return `| \`${setting.name}\` | ${cell(setting.type)} | ${cell(defaultCell(setting))} | ${cell(description)} |`;
}

/**
 * The page docs/generated/settings.md, made from the declarations, so that it cannot say something else than the code
 * does.
 */
export function settingsMarkdown(groups: readonly SettingsGroup[]): string {
  const sections = groups.map(({ title, text, settings }) =>
    [
      `## ${title}`,
      ...(text === undefined ? [] : ['', text]),
      '',
      '| setting | type | default | meaning |',
      '|---|---|---|---|',
      ...Object.values(settings).map(row),
    ].join('\n'),
  );
  return [
    '# Settings',
    '',
    'Environment variables. `<NAME>_FILE` may name a file that holds the value (mounted secrets).',
    'A start with wrong or missing settings stops and lists every problem. This page is generated.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
