import { readFileSync } from 'node:fs';
import { ConfigurationError, type Setting, type Settings, type SettingsSchema } from './settings.js';
import { unknownSettings } from './unknown-settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

function rawValue({ name }: Setting, env: Environment): string | undefined {
  const [value, file] = [env[name], env[`${name}_FILE`]];
  if (value !== undefined && value !== '') {
    if (file) throw new Error(`is given twice: as ${name} and as ${name}_FILE`);
    return value;
  }
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot be read from ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, {
      cause: error,
    });
  }
}

/**
 * One setting by itself, where the others may be wrong.
 * @throws Error whose message completes "<NAME> ...".
 */
export function readSetting<Value>(declared: Setting<Value>, env: Environment): Value | undefined {
  const raw = rawValue(declared, env);
  if (raw === undefined && declared.required) throw new Error(`is missing: ${declared.description}`);
  return raw === undefined ? declared.default : declared.parse(raw);
}

/**
 * Reads the settings from the environment. An empty variable counts as not set. One that is no setting, but looks like
 * one, is a problem as well: what was meant would silently not be set.
 * @param check looks at several settings together and answers problems, each a full sentence part ("X must ... when
 * Y").
 * @throws ConfigurationError that lists every problem.
 */
export function loadConfig<Schema extends SettingsSchema>(
  schema: Schema,
  env: Environment = process.env,
  check: (settings: Settings<Schema>) => readonly string[] = () => [],
): Settings<Schema> {
  const problems = unknownSettings(
    Object.values(schema).map(({ name }) => name),
    env,
  );
  const entries = Object.entries(schema).map(([key, declared]) => {
    try {
      return [key, readSetting(declared, env)];
    } catch (error) {
      problems.push(`${declared.name} ${(error as Error).message}`);
      return [key, undefined];
    }
  });
  const settings = Object.fromEntries(entries) as Settings<Schema>;
  if (problems.length === 0) problems.push(...check(settings));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return settings;
}
