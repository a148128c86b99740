import { goalText, type MeasuredLine, spreadText, verdict, withUnit } from './results.js';

/** For a terminal. */
export function toText(lines: readonly MeasuredLine[]): string {
  return lines.map(lineText).join('\n');
}

function lineText({ id, title, figures, growth = [], notes = [] }: MeasuredLine): string {
  const rows = figures.map((one) =>
    [
      `  ${one.name.padEnd(58)}`,
      withUnit(one.median, one.unit).padStart(16),
      `(${spreadText(one)})`.padEnd(44),
      goalText(one).padEnd(12),
      verdict(one),
    ].join('  '),
  );
  const grown = growth.map(({ name, unit, points }) => {
    const shown = points.map(({ tickets, value }) => `${tickets.toLocaleString('en')}: ${withUnit(value, unit)}`);
    return `  ${name}, by tickets: ${shown.join(', ')}`;
  });
  return [`${id}: ${title}`, ...rows, ...grown, ...notes.map((note) => `  · ${note}`)].join('\n');
}
