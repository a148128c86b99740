import { Cursors } from './cursor.js';
import { Problem } from './problem.js';

const cursors = new Cursors('a secret that is long enough to sign');
const cursor = cursors.encode('tenant-1', 'queue?department=billing', ['2026-03-02T09:00:00Z', 'é']);

it('gives back the position', () =>
  expect(cursors.decode('tenant-1', 'queue?department=billing', cursor)).toEqual(['2026-03-02T09:00:00Z', 'é']));

it.each([
  ['another tenant', 'tenant-2', 'queue?department=billing', cursor],
  ['another list', 'tenant-1', 'queue?department=technical', cursor],
  ['a changed cursor', 'tenant-1', 'queue?department=billing', `${cursor.slice(0, -2)}AA`],
  ['a short one', 'tenant-1', 'queue?department=billing', 'AAAA'],
  ['none', 'tenant-1', 'queue?department=billing', ''],
])('refuses %s', (_what, tenant, list, text) => expect(() => cursors.decode(tenant, list, text)).toThrow(Problem));

it('refuses a cursor signed with another secret', () => {
  const others = new Cursors('another secret that is long enough');
  expect(() => others.decode('tenant-1', 'queue?department=billing', cursor)).toThrow('does not belong');
});

it('shows nothing of the position, and nothing twice', () => {
  const email = 'ada.lovelace@acme.example';
  const made = [1, 2].map(() => cursors.encode('tenant-1', 'people', email));
  expect(made[0]).not.toBe(made[1]);
  for (const one of made) {
    const bytes = Buffer.from(one, 'base64url').toString('latin1');
    expect([
      bytes.includes('ada'),
      bytes.includes('acme'),
      one.includes(Buffer.from('lovelace').toString('base64')),
    ]).toEqual([false, false, false]);
    expect(cursors.decode('tenant-1', 'people', one)).toBe(email);
  }
});
