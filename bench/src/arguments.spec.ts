import { chosen, parseArguments, UsageError } from './arguments.js';

describe('parseArguments', () => {
  it('means all lines at full size by default', () => {
    expect(parseArguments([])).toEqual({ lines: [], list: false, quick: false, help: false });
  });

  it('takes lines and flags in any order', () => {
    expect(parseArguments(['append', '--quick', 'relay', '--json', 'out.json'])).toEqual({
      ...{ lines: ['append', 'relay'], list: false, quick: true, help: false },
      json: 'out.json',
    });
  });

  it('keeps quick figures out of the docs', () => {
    expect(() => parseArguments(['--quick', '--report', 'page.md'])).toThrow(UsageError);
    expect(parseArguments(['--report', 'page.md']).report).toBe('page.md');
  });

  it('refuses what it does not know', () => {
    expect(() => parseArguments(['--fast'])).toThrow(UsageError);
    expect(() => parseArguments(['--json'])).toThrow(UsageError);
  });
});

describe('chosen', () => {
  const lines = ['append-64', 'append-1', 'append-seen', 'relay'].map((id) => ({ id }));
  const ids = (...asked: string[]) => chosen(lines, asked).map(({ id }) => id);

  it('means all when none is named', () => {
    expect(ids()).toEqual(['append-64', 'append-1', 'append-seen', 'relay']);
  });

  it('takes the beginning of ids up to a hyphen, in the order of the table, each once', () => {
    expect(ids('relay', 'append', 'append-1')).toEqual(['append-64', 'append-1', 'append-seen', 'relay']);
    expect(ids('append-1')).toEqual(['append-1']);
  });

  it('names the lines there are when it does not know one', () => {
    expect(() => ids('app')).toThrow('There is no line app. The lines: append-64, append-1, append-seen, relay.');
  });
});
