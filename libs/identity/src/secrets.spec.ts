import { Secrets } from './secrets.js';

const secrets = new Secrets('a secret that is long enough for this');
const others = new Secrets('another secret that is long enough too');

it('unseals what it has sealed, each time differently', () => {
  const sealed = secrets.seal('key-1', 'zażółć');
  expect(secrets.unseal('key-1', sealed)).toBe('zażółć');
  expect(secrets.seal('key-1', 'zażółć')).not.toEqual(sealed);
  expect(sealed.includes(Buffer.from('zażółć'))).toBe(false);
});

it('refuses what was sealed with another secret, under another name, or changed since', () => {
  const sealed = secrets.seal('key-1', 'text');
  expect(() => others.unseal('key-1', sealed)).toThrow();
  expect(() => secrets.unseal('key-2', sealed)).toThrow();
  const changed = Buffer.from(sealed);
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  expect(() => secrets.unseal('key-1', changed)).toThrow();
});

it('derives the same client secret again, and another one for another client, version or issuer', () => {
  const first = secrets.clientSecret('acme.bi', 1);
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(secrets.clientSecret('acme.bi', 1)).toBe(first);
  const different = [
    secrets.clientSecret('acme.bi', 2),
    secrets.clientSecret('acme.b', 11),
    others.clientSecret('acme.bi', 1),
  ];
  expect(new Set([first, ...different]).size).toBe(4);
});
