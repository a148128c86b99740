import { RefusalLog, type RefusalLine } from './refusal-log.js';

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('the log of refusals', () => {
  it('writes one line for all that comes together, and none while nothing is refused', async () => {
    const lines: RefusalLine[] = [];
    const log = new RefusalLog((line) => lines.push(line), 50);
    for (let i = 0; i < 1000; i++) log.note('client', 'a');
    log.note('address', undefined);
    expect(lines).toEqual([]);
    await pause(100);
    const line = {
      msg: 'Requests were refused: too many came.',
      refused: { client: 1000, address: 1 },
      tenants: { a: 1000 },
    };
    expect(lines).toEqual([line]);
    await pause(100);
    log.flush();
    expect(lines).toHaveLength(1);
  });

  it('names twenty tenants, and counts all', () => {
    const lines: RefusalLine[] = [];
    const log = new RefusalLog((line) => lines.push(line));
    for (let i = 0; i < 50; i++) log.note('tenant', `tenant ${i}`);
    log.flush();
    expect(Object.keys(lines[0]!.tenants)).toHaveLength(21);
    expect(lines[0]).toMatchObject({ refused: { tenant: 50 }, tenants: { others: 30 } });
  });
});
