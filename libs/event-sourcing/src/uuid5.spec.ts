import { uuid5 } from './uuid5.js';

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('uuid5', () => {
  it('answers the example of RFC 9562', () => {
    expect(uuid5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('takes any text, and tells texts apart', () => {
    const names = ['', 'a', 'A', 'é', 'e\u0301', '日本', '\u0000'];
    expect(new Set(names.map((name) => uuid5(dns, name))).size).toBe(names.length);
  });
});
