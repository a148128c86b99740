import { Positions } from './positions.js';

it('keeps the greatest position of each service', () => {
  const positions = new Positions();
  expect(positions.isEmpty).toBe(true);
  for (const header of ['routing=7', undefined, null, 'intake=3', 'routing=5, intake=4']) positions.add(header);
  expect(positions.isEmpty).toBe(false);
  expect(String(positions)).toBe('routing=7, intake=4');
});
