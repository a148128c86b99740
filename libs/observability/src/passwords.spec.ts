import { withoutPasswords } from './passwords.js';

it.each([
  [
    'connect to postgres://guichet:hunter2@db:5432/routing failed',
    'connect to postgres://guichet:[redacted]@db:5432/routing failed',
  ],
  ['"postgresql://guichet:hun/ter@2@db/routing?ssl=1"', '"postgresql://guichet:[redacted]@db/routing?ssl=1"'],
  ['kafka://:hunter2@kafka:9092', 'kafka://:[redacted]@kafka:9092'],
  ['host=db password=hunter2 user=guichet', 'host=db password=[redacted] user=guichet'],
  ['postgres://db/routing?user=a&password=hunter2&ssl=1', 'postgres://db/routing?user=a&password=[redacted]&ssl=1'],
])('%s is said without its password', (text, expected) => expect(withoutPasswords(text)).toBe(expected));

it.each([
  'http://127.0.0.1:3000/identity',
  'two http://a:1/x and ops@example.org',
  'password authentication failed for user "x"',
])('%s is left as it is', (text) => expect(withoutPasswords(text)).toBe(text));
