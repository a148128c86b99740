import fc from 'fast-check';
import { type Link, continueChain } from './chain.js';

const chainOf = (positions: readonly number[], last = 0): Link[] =>
  positions.map((position, i) => ({ position, previous: positions[i - 1] ?? last }));

it('takes what follows, and drops what it has', () => {
  const [three, five, nine] = chainOf([3, 5, 9]) as [Link, Link, Link];
  expect(continueChain(3, [three, five, five, nine])).toEqual({ fresh: [five, nine], dropped: 2 });
});

it('stops where something is missing', () => {
  const [three, , nine, ten] = chainOf([3, 5, 9, 10]) as [Link, Link, Link, Link];
  expect(continueChain(0, [three, nine, ten])).toEqual({ fresh: [three], dropped: 0, gap: nine });
});

it('takes a record that skips back over what it has for a gap: it belongs to another chain', () => {
  expect(continueChain(5, [{ position: 8, previous: 3 }])).toMatchObject({ gap: { position: 8 } });
});

it('passes over what lies beyond a gap while searching, until the missing record comes', () => {
  const [, five, nine, ten] = chainOf([3, 5, 9, 10]) as [Link, Link, Link, Link];
  expect(continueChain(3, [nine, ten], true)).toEqual({ fresh: [], dropped: 2 });
  expect(continueChain(3, [ten, five, nine, ten], true)).toEqual({ fresh: [five, nine, ten], dropped: 1 });
});

// Two relays of one log (one of them a zombie) each send a run of the chain in order; both started where everything
// before had been sent. Whatever the broker makes of it, the reader ends with the chain, once and in order.
it('survives every interleaving of a relay and its zombies', () => {
  const runs = fc.record({
    length: fc.integer({ min: 1, max: 30 }),
    zombies: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 3 }),
    picks: fc.infiniteStream(fc.nat(3)),
  });
  fc.assert(
    fc.property(runs, ({ length, zombies, picks }) => {
      const chain = chainOf(Array.from({ length }, (_, i) => 2 * i + 1));
      const senders = [chain.slice(), ...zombies.map(([a, b]) => chain.slice(Math.min(a, b), Math.max(a, b)))];
      // A zombie starts only after everything before its own first record was sent by somebody.
      const sent: Link[] = [];
      const maySend = ([next]: Link[]) =>
        !!next && (next.previous === 0 || sent.some((l) => l.position === next.previous));
      for (let ready = senders.filter(maySend); ready.length > 0; ready = senders.filter(maySend)) {
        const sender = ready[(picks.next().value ?? 0) % ready.length]!;
        sent.push(sender.shift()!);
      }
      const received: Link[] = [];
      for (const record of sent) {
        const { fresh, gap } = continueChain(received.at(-1)?.position ?? 0, [record]);
        expect(gap).toBeUndefined();
        received.push(...fresh);
      }
      expect(received).toEqual(chain);
    }),
  );
});
