/** From what the workers counted to what a person reads. Pure. */

const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

function addInto(total, counts) {
  for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return total;
}

/** The workers' results as one. A failure that several saw is told once. */
export function merged(results) {
  const operations = {};
  const roles = {};
  const failures = new Map();
  for (const result of results) {
    addInto(roles, result.roles);
    for (const [label, statuses] of Object.entries(result.operations))
      operations[label] = addInto(operations[label] ?? {}, statuses);
    for (const failure of result.failures) {
      const key = `${failure.operation} ${failure.check} ${failure.what.slice(0, 120)}`;
      const known = failures.get(key);
      if (known) known.times += failure.times;
      else failures.set(key, { ...failure });
    }
  }
  const requests = results.reduce((all, result) => all + result.requests, 0);
  return { requests, operations, roles, failures: [...failures.values()], transitions: results[0].transitions };
}

const succeeded = (statuses) => Object.keys(statuses).some((status) => status.startsWith('2'));

/** Transitions of a ticket's life that were never a success: what they lead to was not tried. */
export const neverDone = ({ operations, transitions }) => transitions.filter((label) => !succeeded(operations[label]));

/** Why the run is no good; empty if it is. */
export function problemsOf(total) {
  const failed = total.failures.map(
    ({ operation, check, what, role, times, request, answer }) =>
      `${operation}: ${check} (${times} times, first as ${role})\n  ${what.replaceAll('\n', '\n  ')}\n` +
      `  request ${JSON.stringify(request)}\n  answer ${answer}`,
  );
  const unasked = Object.entries(total.operations).filter(([, counts]) => sum(counts) === 0);
  return [
    ...failed,
    ...unasked.map(([label]) => `${label} was never asked: give more --requests.`),
    ...neverDone(total).map((label) => `${label} never succeeded: nothing was proven about it.`),
  ];
}

const row = (cells) => `| ${cells.join(' | ')} |`;

/** The run as a page of the docs. */
export function markdown(total, { seed, workers, seconds, command, schemathesis, load }) {
  const statuses = {};
  for (const counts of Object.values(total.operations)) addInto(statuses, counts);
  const names = Object.keys(statuses).sort();
  const silent = Object.entries(total.operations).filter(([, counts]) => !succeeded(counts));
  return `# Fuzzing

Every operation of every service, as its own OpenAPI document describes it, was asked with requests that fit the document, requests
that do not, and values at the limits, as every role and as nobody. Each answer was held against the document: no 5xx, a documented
status, the documented content type and headers, a body that fits its schema. Written by the command below; do not edit.

| | |
| --- | --- |
| command | \`${command}\` |
| requests | ${total.requests.toLocaleString('en')} |
| seed | ${seed} (${workers} processes; the requests follow from it, the ids in them from the answers) |
| duration | ${Math.round(seconds)} s, ${Math.round(total.requests / seconds)} requests a second; load of the machine at the end ${load} |
| generator | schemathesis ${schemathesis} |
| failures | ${total.failures.length} |
| transitions of a ticket that never succeeded | ${neverDone(total).length} of ${total.transitions.length} |

## By role

${row(['role', 'requests'])}
${row(['---', '---:'])}
${Object.entries(total.roles)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([role, count]) => row([role, count]))
  .join('\n')}

## By operation and status

${row(['operation', ...names, 'all'])}
${row(['---', ...names.map(() => '---:'), '---:'])}
${Object.entries(total.operations)
  .map(([label, counts]) => row([`\`${label}\``, ...names.map((name) => counts[name] ?? ''), sum(counts)]))
  .join('\n')}
${row(['**all**', ...names.map((name) => statuses[name]), total.requests])}

## Without a success

The ${total.transitions.length} transitions of a ticket's life must each have succeeded at least once, or the run fails.
${silent.length === 0 ? 'Every other operation did too.' : `Of the other operations these had none: ${silent.map(([label]) => `\`${label}\``).join(', ')}.`}
Live streams (Server-Sent Events) do not end by themselves and are left to tests of their own.
`;
}
