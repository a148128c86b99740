import { feedServices, sources } from '@guichet/contracts';
import type { FeedStatus } from '../answers.js';
import { type Command, exactly, knownService } from '../command.js';

const resume: Command = {
  takes: '<service> <source>',
  does: 'let halted partitions of what the service follows flow again (--search)',
  run: async ({ api, options }, args) => {
    const [name, source] = exactly(['service', 'source'] as const, args);
    const service = knownService(name, feedServices);
    const { search } = options;
    const path = `feed/${knownService(source, sources)}/resume`;
    const { partitions } = await api.post<{ partitions: number }>(service, path, { search });
    const { subscriptions } = await api.get<FeedStatus>(service, 'feed');
    const halted = subscriptions.filter((one) => one.consumer === service && one.source === source && one.halted);
    const text = [
      `${partitions} partitions of ${source} flow again in ${service}.`,
      ...halted.map(({ partition, halted: why }) => `Partition ${partition} stands still: ${why}`),
    ].join('\n');
    return { data: { partitions, halted }, text, isFine: halted.length === 0 };
  },
};

const republish: Command = {
  takes: '<source>',
  does: "send a publisher's whole log once more; followers drop what they have",
  run: async ({ api }, args) => {
    const [name] = exactly(['source'] as const, args);
    const source = knownService(name, sources);
    await api.post(source, `feed/${source}/republish`);
    const text = `The log of ${source} is sent once more from its beginning. Followers that stand still: "resume <service> ${source} --search".`;
    return { data: { source }, text, isFine: true };
  },
};

export const feedCommands = { resume, republish };
