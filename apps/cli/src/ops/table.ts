/** Columns for people's eyes. Numbers stand right, everything else left. */
export type Cell = string | number;

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '  (none)';
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[], isNumber: (i: number) => boolean) =>
    `  ${row.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')}`.trimEnd();
  const isNumber = (i: number) => typeof rows[0]?.[i] === 'number';
  return [line(head, isNumber), ...cells.map((row) => line(row, isNumber))].join('\n');
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`;
