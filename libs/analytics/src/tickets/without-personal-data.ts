import { personalDataPaths } from '@guichet/contracts';

type Data = Readonly<Record<string, unknown>>;

/**
 * An event's data for people who look at figures, not at requests: names, addresses and texts are left out. Ids stay,
 * so that who did what can still be told apart. Paths are JSON pointers; only fields at the top exist so far.
 */
export function withoutPersonalData(type: string, data: Data): Data {
  const hidden = new Set(
    personalDataPaths(type)
      .filter((path) => !path.endsWith('Id'))
      .map((path) => path.split('/')[1]),
  );
  return Object.fromEntries(Object.entries(data).filter(([name]) => !hidden.has(name)));
}
