/** All services may share a process, and so the bus of commands: what is registered twice there is registered wrong. */
import 'reflect-metadata';
import { AnalyticsModule } from '@guichet/analytics';
import { CommunityModule } from '@guichet/community';
import { type EveryService, serviceNames } from '@guichet/contracts';
import { IdentityModule } from '@guichet/identity';
import { IntakeModule } from '@guichet/intake';
import { KnowledgeModule } from '@guichet/knowledge';
import { EmbeddedFeed } from '@guichet/messaging';
import { RoutingModule } from '@guichet/routing';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';

/** Under which `@CommandHandler` notes the command. */
const handlerOf = '__commandHandler__';
const database = { databaseUrl: 'postgres://app@x/y', migrationDatabaseUrl: 'postgres://owner@x/y' };
const settings = { ...database, feed: new EmbeddedFeed() };
const issuer = { issuer: 'http://issuer.test', mode: 'demo', secret: 'seals the keys of the tests' } as const;
const modules: EveryService<DynamicModule> = {
  identity: IdentityModule.register({ ...settings, ...issuer }),
  intake: IntakeModule.register(settings),
  routing: RoutingModule.register(settings),
  knowledge: KnowledgeModule.register({ ...settings, filesDir: '/nowhere' }),
  community: CommunityModule.register(settings),
  analytics: AnalyticsModule.register(settings),
};

/** Nest makes a module once for each class, a dynamic one once for each description. */
const imported = serviceNames.flatMap((name) => modules[name].imports ?? []) as readonly Type[];
const providers = [
  ...serviceNames.flatMap((name) => modules[name].providers ?? []),
  ...[...new Set(imported)].flatMap(
    (module) => (Reflect.getMetadata(MODULE_METADATA.PROVIDERS, module) ?? []) as readonly Provider[],
  ),
];
const handlers = providers.filter(
  (provider): provider is Type => typeof provider === 'function' && Reflect.hasMetadata(handlerOf, provider),
);

it('handles every command once in a process', () => {
  expect(handlers.map(({ name }) => name)).toContain('TransactHandler');
  const commands = handlers.map((handler) => Reflect.getMetadata(handlerOf, handler) as Type);
  const twice = commands.filter((command, i) => commands.indexOf(command) !== i);
  expect(twice.map(({ name }) => name)).toEqual([]);
});
