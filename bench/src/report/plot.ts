import type { Growth } from '../line.js';
import { withUnit } from './results.js';

const [width, height, left, right, top, bottom] = [720, 320, 70, 200, 20, 40];
const colours = ['#1b6ca8', '#c0392b', '#2e8b57', '#8e44ad', '#b9770e', '#34495e'];

/**
 * Costs by tickets, both on logarithmic axes, as an SVG. Colours and names in the legend; every point has its value as
 * a title.
 */
export function plot(growth: readonly Growth[]): string {
  const points = growth.flatMap((one) => one.points);
  const x = scale(
    points.map(({ tickets }) => tickets),
    left,
    width - right,
  );
  const y = scale(
    points.map(({ value }) => value),
    height - bottom,
    top,
  );
  const lines = growth.map((one, i) => {
    const colour = colours[i % colours.length] ?? '#000';
    const path = one.points.map(({ tickets, value }) => `${x.at(tickets)},${y.at(value)}`).join(' ');
    const dots = one.points.map(
      ({ tickets, value }) =>
        `<circle cx="${x.at(tickets)}" cy="${y.at(value)}" r="3.5" fill="${colour}"><title>${escape(
          `${one.name}, ${tickets.toLocaleString('en')} tickets: ${withUnit(value, one.unit)}`,
        )}</title></circle>`,
    );
    const legend = `<text x="${width - right + 12}" y="${top + 14 + i * 18}" fill="${colour}">${escape(`${one.name} (${one.unit})`)}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${legend}`;
  });
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<line x1="${x.at(tick)}" y1="${top}" x2="${x.at(tick)}" y2="${height - bottom}" stroke="#ddd"/>` +
        `<text x="${x.at(tick)}" y="${height - bottom + 16}" text-anchor="middle" fill="#555">${short(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line x1="${left}" y1="${y.at(tick)}" x2="${width - right}" y2="${y.at(tick)}" stroke="#ddd"/>` +
        `<text x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end" fill="#555">${short(tick)}</text>`,
    ),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>${grid.join('')}${lines.join('')}` +
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle" fill="#555">tickets</text></svg>\n`
  );
}

/** A logarithmic axis over whole powers of ten. */
function scale(values: readonly number[], from: number, to: number) {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const at = (value: number) => Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10;
  return { ticks, at };
}

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(1)));

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
