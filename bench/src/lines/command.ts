import 'reflect-metadata';
import { EventStore } from '@guichet/event-sourcing';
import { HandlingHandler, WorkOnTicket } from '@guichet/routing/handling';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import type { BenchContext, BenchLine } from '../line.js';
import { flatOut } from '../load/flat-out.js';
import { createProductLog, eventContext } from '../log/product-log.js';
import { type Step, stepsOf } from '../log/handlings.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

const writers = 64;

/** What deciding costs: the stream is loaded and folded, the decider asked, its events appended. */
export const command: BenchLine = {
  id: 'command',
  title: 'Command through CommandBus with 64 writers',
  seconds: 60,
  async run(context) {
    const seconds = context.isQuick ? 1 : 4;
    const { store } = await createProductLog(context, 'command');
    const commands = await commandBusOf(context, store);
    let block = 0;
    const run = async (work: (step: Step) => Promise<unknown>) => {
      const first = block++ * 1024;
      const steps = Array.from({ length: writers }, (_, writer) => stepsOf((first + writer) * 2 ** 24));
      return (await flatOut(writers, seconds, (writer) => work((steps[writer] as () => Step)()))).perSecond;
    };
    const { decided, bare } = await interleave(
      {
        decided: () =>
          run(({ ticketId, command }) =>
            commands.execute(new WorkOnTicket(ticketId, command, { context: eventContext })),
          ),
        bare: () =>
          run(({ streamId, version, event }) =>
            store.append({ streamId, expectedVersion: version, events: [event], context: eventContext }),
          ),
      },
      { rounds: context.isQuick ? 2 : 6 },
    );
    return {
      figures: [
        ratio('command, 64 writers ÷ bare append', decided, bare, atLeast(0.6)),
        figure('command, 64 writers', 'commands/s', decided),
        figure('bare append of the same events', 'appends/s', bare),
      ],
      notes: [
        'Commands of routing about tickets (queue, claim, four replies, a note, resolve), one event each, eight a ticket.',
        'Bare: EventStore.append of the events the decider answers, at the versions it would.',
      ],
    };
  },
};

async function commandBusOf(context: BenchContext, store: EventStore): Promise<CommandBus> {
  class Handlings {}
  const providers = [HandlingHandler, { provide: EventStore, useValue: store }];
  const app = await NestFactory.createApplicationContext(
    { module: Handlings, imports: [CqrsModule], providers },
    { logger: false },
  );
  context.after(() => app.close());
  await app.init();
  return app.get(CommandBus);
}
