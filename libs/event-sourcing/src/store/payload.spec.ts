import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { UnstorablePayload } from '../errors.js';
import { occurredMs, storableJson } from './payload.js';

describe('storableJson', () => {
  const isStorable = (value: object) => {
    try {
      storableJson(value, 'It');
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(UnstorablePayload);
      return false;
    }
  };

  it('refuses exactly the texts PostgreSQL cannot give back', () => {
    const unit = fc.oneof(
      fc.constantFrom('\\', 'u0000', 'ud800', '\u0000', '\ud800', '\udc00', '"', '\n', '😀'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.array(unit), (parts) => {
        const text = parts.join('');
        const storable = text.isWellFormed() && !text.includes('\u0000');
        expect(isStorable({ text })).toBe(storable);
        expect(isStorable({ [text]: 1 })).toBe(storable);
      }),
      { numRuns: effort(500, 20000) },
    );
  });
});

describe('occurredMs', () => {
  it('takes an RFC 3339 time', () => {
    expect(occurredMs('2016-02-29T01:16:00.000Z', 'It')).toBe(1456708560000);
    expect(occurredMs('2016-02-29T02:16:00+01:00', 'It')).toBe(1456708560000);
  });

  it.each([undefined, null, 5, '', 'yesterday', '2016-02-31T25:00:00Z'])('refuses %p', (at) => {
    expect(() => occurredMs(at, 'It')).toThrow(UnstorablePayload);
  });
});
