import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { asyncApiDocument } from './asyncapi.js';
import { eventContracts } from './registry.js';

describe('the AsyncAPI document', () => {
  it('is accepted by the AsyncAPI parser and names every event', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    expect(diagnostics.filter(({ severity }) => Number(severity) <= 1)).toEqual([]);
    const messages = document
      ?.channels()
      .all()
      .flatMap((channel) =>
        channel
          .messages()
          .all()
          .map((message) => message.name()),
      );
    expect(messages).toEqual(expect.arrayContaining(eventContracts.map(({ type }) => type)));
  });
  it('is the committed one: run `npm run contracts:write` after a change', () => {
    const committed = readFileSync(new URL('../../../docs/generated/asyncapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(asyncApiDocument());
  });
});
