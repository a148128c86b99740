import { AssertionError } from 'node:assert';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '../decider.js';
import { specification } from './specification.js';

type Opened = DomainEvent<'Opened', { at: string }>;
type Open = DomainCommand<'Open', { at: string }>;

const at = '2026-03-02T09:00:00.000Z';
const decider: Decider<number, Open, Opened> = {
  category: 'door',
  initial: 0,
  evolve: (opened) => opened + 1,
  decide: ({ data }, opened) => {
    if (opened === 0) return [{ type: 'Opened', data }];
    if (opened === 1) return [];
    throw new DomainError('worn-out', 'It was opened too often.');
  },
};
const given = specification(decider);
const opened: Opened = { type: 'Opened', data: { at } };
const open: Open = { type: 'Open', data: { at } };

describe('specification', () => {
  it('passes what holds', () => {
    given().when(open).then(opened);
    given(opened).when(open).thenNothing();
    given(opened, opened).when(open).thenRefused('worn-out');
    expect(given(opened, opened).state()).toBe(2);
  });

  it('fails what does not', () => {
    expect(() => given().when(open).thenNothing()).toThrow(AssertionError);
    expect(() => given(opened).when(open).then(opened)).toThrow(AssertionError);
    expect(() => given(opened).when(open).thenRefused('worn-out')).toThrow(AssertionError);
    expect(() => given(opened, opened).when(open).thenRefused('other')).toThrow(AssertionError);
    expect(() => given(opened, opened).when(open).thenNothing()).toThrow(DomainError);
  });
});
