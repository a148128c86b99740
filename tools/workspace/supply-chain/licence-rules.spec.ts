import { isAllowed, licenceOf, refusedPackages } from './licence-rules.mjs';

it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', 'GPL-2.0 OR ISC'])('allows %s', (licence) =>
  expect(isAllowed(licence)).toBe(true),
);
it.each(['GPL-3.0', 'MIT AND GPL-3.0', 'SSPL-1.0', '', undefined, 'UNLICENSED'])('refuses %s', (licence) =>
  expect(isAllowed(licence)).toBe(false),
);
it('reads licences as old packages write them', () => {
  expect(licenceOf({ licenses: [{ type: 'MIT' }] })).toBe('MIT');
  expect(licenceOf({ license: { type: 'ISC' } })).toBe('ISC');
  expect(licenceOf({})).toBeUndefined();
});
it('makes exceptions for named packages, while nothing that is deployed needs them', () => {
  const data = { name: 'caniuse-lite', licence: 'CC-BY-4.0' };
  expect(refusedPackages([{ ...data, dev: true }])).toEqual([]);
  expect(refusedPackages([{ ...data, dev: false }])).toHaveLength(1);
  expect(refusedPackages([{ ...data, name: 'another', dev: true }])).toHaveLength(1);
});
