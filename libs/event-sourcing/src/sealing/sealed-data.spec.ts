import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { isSealed, seal, unseal } from './sealed-data.js';

const key = createSecretKey(randomBytes(32));
const otherKey = createSecretKey(randomBytes(32));
const data = fc.record(
  { at: fc.string(), memberId: fc.uuid(), title: fc.string({ unit: 'binary' }), body: fc.string({ unit: 'binary' }) },
  { requiredKeys: ['at', 'memberId'] },
);
const texts = ['title', 'body'];

describe('sealed data', () => {
  it('comes back as it was', () =>
    fc.assert(
      fc.property(data, (clear) => {
        expect(unseal(seal(clear, texts, key), key)).toEqual(clear);
      }),
    ));

  it('shows nothing of its texts, and all of the rest', () => {
    const clear = { at: 'now', memberId: 'rita', title: 'Printer', body: 'It burns' };
    const { sealed, ...rest } = seal(clear, texts, key);
    expect(rest).toEqual({ at: 'now', memberId: 'rita' });
    expect(JSON.stringify(sealed)).not.toMatch(/Printer|It burns/);
    expect(seal(clear, texts, key)).not.toEqual({ ...rest, sealed });
  });

  it('has empty texts without its key, and those that were never there are not there', () => {
    const clear = { at: 'now', body: 'It burns' };
    expect(unseal(seal(clear, texts, key), undefined)).toEqual({ at: 'now', body: '' });
    expect(unseal(seal(clear, texts, undefined), key)).toEqual({ at: 'now', body: '' });
  });

  it('is left alone where there is nothing to seal', () => {
    const clear = { at: 'now' };
    expect(seal(clear, texts, key)).toBe(clear);
    expect(unseal(clear, key)).toBe(clear);
    expect([clear, seal({ ...clear, body: '' }, texts, key)].map(isSealed)).toEqual([false, true]);
  });

  it('opens neither by another key nor after a change', () => {
    const sealed = seal({ body: 'It burns' }, texts, key) as { sealed: { texts: string[]; box: string } };
    expect(() => unseal(sealed, otherKey)).toThrow();
    const bytes = Buffer.from(sealed.sealed.box, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const changed = { sealed: { ...sealed.sealed, box: bytes.toString('base64') } };
    expect(() => unseal(changed, key)).toThrow();
  });

  it('is of texts only', () => {
    expect(() => seal({ body: 3 }, texts, key)).toThrow('body is to be sealed, and is no text.');
  });
});
