import fc from 'fast-check';
import { findPersonalData } from '@guichet/search/personal-data';
import { anyMarkdown } from './testing/markdown.js';

const found = (text: string) => findPersonalData(text).map(({ kind, from, to }) => `${kind}: ${text.slice(from, to)}`);

it.each([
  ['Write to jane.doe+shop@mail.firma.pl, please.', ['email: jane.doe+shop@mail.firma.pl']],
  ['<żółw@poczta.gov.pl>', ['email: żółw@poczta.gov.pl']],
  ['IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF', ['iban: DE89 3704 0044 0532 0130 00']],
  ['PL61109010140000071219812874', ['iban: PL61109010140000071219812874']],
  ['fr14 2004 1010 0505 0001 3m02 606.', ['iban: fr14 2004 1010 0505 0001 3m02 606']],
  ['card 4111 1111 1111 1111 until 12/27', ['card: 4111 1111 1111 1111']],
  ['5500-0000-0000-0004', ['card: 5500-0000-0000-0004']],
  ['Amex 378282246310005', ['card: 378282246310005']],
  ['+48 601 234 567 or +1 (555) 123-4567', ['phone: +48 601 234 567', 'phone: +1 (555) 123-4567']],
  ['06 12 34 56 78, 0612345678, 030/1234 5678', ['phone: 06 12 34 56 78', 'phone: 0612345678', 'phone: 030/1234 5678']],
  ['(555) 123-4567 and 555-123-4567', ['phone: (555) 123-4567', 'phone: 555-123-4567']],
  ['tel. 601 234 567, Fax: 22 123 45 67', ['phone: 601 234 567', 'phone: 22 123 45 67']],
  ['fax 378282246310005', ['card: 378282246310005']],
  ['a@b.pl +48601234567', ['email: a@b.pl', 'phone: +48601234567']],
])('finds it in %j', (text, expected) => expect(found(text)).toEqual(expected));

it.each([
  'Ticket #4711234567, order 20240102-778, case 0012345678901',
  'You pay 1 234 567,89 zł, EUR 12.500,00 or $1,000,000.00',
  'Version 10.15.7.1234, build 2024.11.29.0815, IP 192.168.100.200',
  'On 2024-11-29 08:15:00, on 29.11.2024, on 01/02/2024, on 01-02-2024 10:30',
  'From 2019-2024, 20241129081500, ISO 20022, RFC 2606',
  'id 0193a2b4-7c1d-7e2f-8a3b-123456789012 and 6f9619ff8b86d011b42d00cf4fc964ff',
  'https://shop.example.pl/orders/0612345678?x=4111111111111111',
  'Mail user@example.com, you@mail.example, root@localhost or @handle',
  'DE89 3704 0044 0532 0130 01 has a wrong check digit, as 4111 1111 1111 1112 has',
  'GB and DE00, 1234 5678 9012 3456, 0.1234567890',
  'Press 1, then 2 3 4 5 6; measures 100 x 200 x 300, 5 000 000 rows',
  'EAN 5901234123457, ISBN 978-3-16-148410-0',
])('finds nothing in %j', (text) => expect(found(text)).toEqual([]));

it('answers ranges within the text, in order, none over another', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          anyMarkdown,
          fc.constantFrom('a@b.pl', '+48 601 234 567', '4111111111111111', 'PL61109010140000071219812874'),
        ),
      ),
      (parts) => {
        const text = parts.join(' ');
        let end = 0;
        for (const { from, to } of findPersonalData(text)) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});

it('takes no longer for hostile texts', () => {
  const before = process.cpuUsage();
  for (const part of ['a@', 'a.', '1 ', '+1', '(1', 'DE89 ', '4', 'a-b.'])
    expect(findPersonalData(part.repeat(100_000 / part.length)).length).toBeLessThan(100_000);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(5_000);
});
