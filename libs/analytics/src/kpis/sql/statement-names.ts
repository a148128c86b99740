/**
 * Names for the statements that are asked again and again: a connection parses and plans a named one once. Questions
 * have many shapes, and a connection keeps what it has planned, so that only the first shapes of a process have names.
 */
const names = new Map<string, string>();
const maxNames = 100;

/** Undefined for a text that goes without. Equal texts have equal names. */
export function statementName(text: string): string | undefined {
  const name = names.get(text) ?? (names.size < maxNames ? `kpi ${names.size + 1}` : undefined);
  if (name !== undefined) names.set(text, name);
  return name;
}
