/** What is, or may be, wrong with a mapping or a file, told where somebody can mend it. Pure. */
import type { FinalState, Seen } from './census.js';
import { hasRowTimes } from './mapping/language.js';
import type { CompiledMapping } from './mapping/compile.js';
import { otherZone } from './mapping/values.js';
import type { Plan } from './plan.js';
import type { ColumnUse } from './reading/column-use.js';
import type { StagedFile } from './reading/stage-file.js';

export interface Finding {
  /** An error stops the import before anything is sent. */
  readonly level: 'error' | 'warning';
  /** Where in the mapping, or which option. */
  readonly place: string;
  readonly says: string;
}

export interface Facts {
  readonly compiled: CompiledMapping;
  readonly staged: StagedFile;
  readonly columns: ColumnUse;
  readonly plan: Plan;
  /** Rows that no event could be made of, in all. */
  readonly rejected: number;
  /** Largest share of rejected rows that is still imported, in percent. */
  readonly maxRejectedPercent: number;
}

const error = (place: string, says: string): Finding => ({ level: 'error', place, says });
const warning = (place: string, says: string): Finding => ({ level: 'warning', place, says });
const count = (n: number): string => n.toLocaleString('en-US');
const rowsOf = (n: number): string => (n === 1 ? 'one row' : `${count(n)} rows`);
const tickets = (n: number): string => (n === 1 ? 'one ticket' : `${count(n)} tickets`);

/** Errors first. */
export function findingsOf(facts: Facts): readonly Finding[] {
  const all = [
    ...nothingThere(facts),
    ...listsWithoutMatch(facts),
    ...columnsWithoutMatch(facts),
    ...tooManyRejected(facts),
    ...sameKey(facts),
    ...openTimes(facts),
    ...neverHeld(facts),
    ...neverMet(facts),
    ...text(facts),
    ...oddTickets(facts),
  ];
  return [...all.filter(({ level }) => level === 'error'), ...all.filter(({ level }) => level === 'warning')];
}

function nothingThere({ staged, plan }: Facts): Finding[] {
  if (staged.read === 0) return [error('file', 'the file has no rows')];
  if (staged.ignored === staged.read) return [error('rows.ignore', `leaves out all rows (${count(staged.read)})`)];
  return plan.tickets === 0 ? [error('file', 'no ticket could be made of any row')] : [];
}

function listsWithoutMatch({ compiled: { mapping }, staged, columns }: Facts): Finding[] {
  return (mapping.rows?.lists ?? []).flatMap(({ path, optional }, index) => {
    const { tickets: found = 0, elements = 0 } = staged.lists[path] ?? {};
    const place = `rows.lists[${index}].path`;
    if (elements > 0 || optional === true || staged.read === 0) return [];
    if (found > 0) return [warning(place, `"${path}" is empty in all ${tickets(found)}`)];
    const near = columns.near(`$.${path}`).map((name) => name.replace(/^\$\./, ''));
    return [
      error(
        place,
        `"${path}" is in no row (of ${count(columns.readable)})${meant(near)}; if that may be, say optional: true`,
      ),
    ];
  });
}

const meant = (near: readonly string[]): string => (near.length === 0 ? '' : `; the file has ${near.join(', ')}`);

/** A path within lists that all happen to be empty may be right. */
function columnsWithoutMatch({ compiled, staged, columns }: Facts): Finding[] {
  const { columns: mentioned, mapping } = compiled;
  const lists = mapping.rows?.lists ?? [];
  const hasEmptyList = lists.some(({ path }) => (staged.lists[path]?.elements ?? 0) === 0);
  return Object.entries(staged.columns).flatMap(([name, { found, known, withoutText }]) => {
    const isExpected = columns.readable === 0 || mentioned.isOptional(name) || known > 0;
    if (isExpected) return [];
    const place = mentioned.placeOf(name);
    const rows = count(columns.readable);
    if (withoutText > 0)
      return [
        error(place, `"${name}" is no text but an object, in ${rowsOf(withoutText)}${meant(columns.near(name))}`),
      ];
    if (found > 0) return [warning(place, `"${name}" has no value in any row (of ${rows})`)];
    const level = hasEmptyList && lists.length > 0 && !name.startsWith('$.') ? warning : error;
    const hint = `; if that may be, say optional: ['${name}']`;
    return [level(place, `"${name}" matches nothing in any row (of ${rows})${meant(columns.near(name))}${hint}`)];
  });
}

function tooManyRejected({ staged, rejected, maxRejectedPercent }: Facts): Finding[] {
  const rows = staged.read - staged.ignored;
  const percent = rows === 0 ? 0 : (rejected / rows) * 100;
  if (percent <= maxRejectedPercent) return [];
  const share = `${count(rejected)} of ${count(rows)} rows (${percent.toFixed(1)}%) are rejected`;
  return [error('--max-rejected', `${share}, more than ${maxRejectedPercent}%; the reasons are below`)];
}

function sameKey({ compiled: { mapping }, staged, plan }: Facts): Finding[] {
  const found: Finding[] = [];
  const doubled = Object.entries(plan.conflicts);
  if (hasRowTimes(mapping))
    for (const [place, seen] of doubled)
      found.push(
        warning(
          'ticket.key',
          `in ${tickets(seen.tickets)} of ${count(plan.tickets)} the rows differ in ${place}${example(seen)}. ` +
            'If these are several tickets, the key is wrong; if not, the first value counts',
        ),
      );
  if (plan.sameKeyTickets > 0)
    found.push(
      error(
        'ticket.key',
        `the key of ${tickets(plan.sameKeyTickets)} stands in several rows that differ, and a row is a whole ticket: the reasons are ` +
          'below. Make the key tell them apart, or say which row counts: rows: { keep: last }',
      ),
    );
  if (staged.duplicates > 0 && mapping.rows?.duplicates === undefined)
    found.push(
      warning(
        'rows.duplicates',
        `exact duplicates count as often as they are there: ${rowsOf(staged.duplicates)}. ` +
          'duplicates: drop leaves them out, duplicates: keep says that they are meant',
      ),
    );
  return found;
}

const example = ({ example: { ticket, says } }: Seen): string => `, such as ticket "${ticket}": ${says}`;
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function openTimes({ compiled: { use } }: Facts): Finding[] {
  const found: Finding[] = [];
  if (use.localTime) {
    const { place, text: written, at, otherwise } = use.localTime;
    found.push(
      warning(
        'times.zone',
        `is not given, and times carry no offset: "${written}" (${place}) is read as ${iso(at)}. ` +
          `By the clock of ${otherZone} it would be ${iso(otherwise)}. Say times: { zone: UTC } or the zone it is`,
      ),
    );
  }
  for (const [format, seen] of use.dayAndMonth) {
    if (seen === false) continue;
    const { place, swapped, text: written, at, otherwise } = seen;
    found.push(
      warning(
        'times.formats',
        `no day is above 12, so nothing tells day and month apart: "${written}" (${place}) is read by ${format} as ` +
          `${iso(at).slice(0, 10)}. By ${swapped} it would be ${iso(otherwise).slice(0, 10)}`,
      ),
    );
  }
  return found;
}

function neverHeld({ compiled: { use }, staged }: Facts): Finding[] {
  if (staged.staged === 0) return [];
  return [...use.held].flatMap(([place, times]) =>
    times > 0 ? [] : [warning(place, 'never holds: nothing happens by it')],
  );
}

/** Values that the mapping compares with, and the file does not have. */
function neverMet({ compiled: { use }, columns, staged }: Facts): Finding[] {
  if (staged.staged === 0) return [];
  return [...use.compared].flatMap(([column, values]) =>
    [...values].flatMap(([value, place]) => {
      if (columns.has(column, value) !== false) return [];
      const near = columns.nearest(column, value);
      return near === undefined ? [] : [warning(place, `"${value}" never occurs in ${column}, but "${near}" does`)];
    }),
  );
}

function text({ staged, columns }: Facts): Finding[] {
  const found: Finding[] = [];
  if (staged.undecodable > 0)
    found.push(
      warning(
        'file.encoding',
        `characters that are not of the file's encoding, in ${rowsOf(staged.undecodable)}: most likely it is windows-1252`,
      ),
    );
  if (staged.garbled > 0)
    found.push(
      warning(
        'file.encoding',
        `such text as "Ã©", in ${rowsOf(staged.garbled)}: UTF-8 that was read as something else`,
      ),
    );
  for (const [marker, places] of columns.likelyMissing) {
    const where = [...places].map(([column, rows]) => `${column} (${rowsOf(rows)})`).join(', ');
    found.push(
      warning(
        'missing',
        `"${marker}" stands in ${where} and counts as a value; if it stands for nothing, say missing: ['${marker}']`,
      ),
    );
  }
  return found;
}

function oddTickets({ plan, compiled: { mapping } }: Facts): Finding[] {
  const found: Finding[] = [];
  const { beforeOpening, inFuture, longAgo } = plan;
  if (beforeOpening)
    found.push(
      warning(
        'ticket.opened',
        `in ${tickets(beforeOpening.tickets)} something happens before the opening${example(beforeOpening)}`,
      ),
    );
  if (inFuture)
    found.push(warning('times', `in ${tickets(inFuture.tickets)} something lies in the future${example(inFuture)}`));
  if (longAgo)
    found.push(
      warning(
        'times',
        `in ${tickets(longAgo.tickets)} something lies before 1990${example(longAgo)}; a time that stands for nothing belongs under missing`,
      ),
    );
  const isDone = (state: FinalState): boolean => (plan.finalStates[state] ?? 0) > 0;
  if (plan.tickets > 1 && !isDone('resolved') && !isDone('closed') && !isDone('merged'))
    found.push(
      warning(mapping.state ? 'state.values' : 'rules', 'no ticket is resolved or closed: the backlog will only grow'),
    );
  return found;
}
