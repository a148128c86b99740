import { roles } from '@guichet/http-host';
import { expectations, type Row } from './expectations.js';
import type { Operation } from './whole-product.js';

/** The page docs/generated/tenancy-matrix.md: what tenancy.int.spec.ts tries, and the status each gets. */
export function tenancyMarkdown(operations: ReadonlyMap<string, Operation>): string {
  const heading = ['operation', 'no token', 'wrong audience', ...roles, 'another tenant', ''];
  const rows = [...operations.keys()].map((operation) => line(operation, expectations[operation]));
  const foreign = Object.values(expectations).reduce((sum, row) => sum + strangers(row), 0);
  return [
    '# Tenancy matrix',
    '',
    'The status every operation answers with, by who asks. Each cell is tried by `tests/product/tenancy/tenancy.int.spec.ts`',
    'against all services on real databases; an operation of the OpenAPI documents that has no row fails it. This page is generated',
    '(`npm run docs`).',
    '',
    '`another tenant` is a token of another tenant with a role that may, and this tenant’s ids in path, query and body; roles that may',
    'not get 403 there too. Afterwards the rows of the tenant in every table of every database are the same as before (compared by hash),',
    'and no answer held a text of the tenant or an id the request had not named. What refuses another tenant’s thing is, but for the',
    'ids asked for, byte for byte what refuses a thing that exists nowhere.',
    '',
    `${rows.length} operations; ${rows.length * roles.length} attempts by roles of the tenant, ${foreign} by strangers, ${rows.length * 5} without a usable token.`,
    '',
    `| ${heading.join(' | ')} |`,
    `|${heading.map(() => '---').join('|')}|`,
    ...rows,
    '',
  ].join('\n');
}

const strangers = (row: Row): number => roles.length - (row.operatorsAcross === true ? 1 : 0);

function line(operation: string, row: Row | undefined): string {
  if (row === undefined) return `| \`${operation}\` | no expectations |`;
  const cells = roles.map((role) => (row.may.includes(role) ? `**${row.status}**` : '403'));
  const onlyAcross = row.operatorsAcross === true && row.may.length === 1;
  const foreign = onlyAcross ? 'across tenants' : String(row.foreign);
  return `| \`${operation}\` | 401 | 401 | ${cells.join(' | ')} | ${foreign} | ${row.why ?? ''} |`;
}
