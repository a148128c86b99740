import { serviceNames } from '@guichet/contracts';
import { parseArguments } from './arguments.js';

it('has defaults, and takes what it is given', () => {
  const all = {
    parts: [...serviceNames, 'postgres', 'kafka'],
    keepLogs: false,
    help: false,
  };
  expect(parseArguments([])).toEqual({ minutes: 2, seed: 1, every: [3, 8], replicas: 2, lanes: 12, ...all });
  const args = ['--minutes', '0.5', '--seed', '9', '--every', '1-3', '--replicas', '1', '--lanes', '4'];
  expect(parseArguments([...args, '--report', 'a.md', '--json', 'a.json'])).toEqual({
    ...{ minutes: 0.5, seed: 9, every: [1, 3], replicas: 1, lanes: 4, report: 'a.md', json: 'a.json' },
    ...all,
  });
});

it.each([
  [['--minutes', '0'], '--minutes has to be a number from 0.2 to 60'],
  [['--minutes', 'ten'], '--minutes has to be a number from 0.2 to 60'],
  [['--seed', '1.5'], '--seed has to be a whole number'],
  [['--replicas', '9'], '--replicas has to be a number from 1 to 4'],
  [['--every', '5-2'], 'the lesser first'],
  [['--every', '1-2-3'], 'the lesser first'],
  [['--parts', 'kafka,redis'], 'not redis'],
  [['--kill', 'all'], '--kill'],
])('refuses %j', (args, message) => {
  expect(() => parseArguments(args)).toThrow(message);
});
