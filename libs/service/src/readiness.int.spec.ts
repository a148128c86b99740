/** Whoever has ended is named on /health/ready: a service that no longer follows its log must not look well. */
import type { Projection } from '@guichet/event-sourcing';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import { createTestDatabase, type TestDatabase, until } from '@guichet/testing';
import { defineService } from './define-service.js';
import type { ServiceSettings } from './service-definition.js';
import { ServiceRuntime } from './service.runtime.js';

class NotesProjection implements Projection {
  readonly name = 'notes';
  readonly version = 1;
  readonly tables = ['note'];

  ddl(schema: string): readonly string[] {
    return [`create table ${schema}.note (tenant_id uuid not null)`];
  }
  async apply(): Promise<void> {}
}
class RemindingPolicy {
  async handle(): Promise<void> {}
}
const NotesModule = defineService<ServiceSettings>(
  { name: 'notes', follows: [], imports: false, database: 'notes' },
  {
    connections: 5,
    deciders: [],
    projections: [{ projection: NotesProjection, reads: ['own'] }],
    policies: [{ name: 'reminding', policy: RemindingPolicy, reads: 'own' }],
    controllers: [],
    providers: [],
  },
);

let database: TestDatabase;
let test: TestHost;

beforeAll(async () => {
  database = await createTestDatabase('notes');
  const { appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl } = database;
  const module = NotesModule.register({ databaseUrl, migrationDatabaseUrl });
  test = await startTestHost([{ name: 'notes', module }]);
}, 60_000);
afterAll(async () => {
  await test.stop();
  await database.drop();
});

it.each(['projection/notes', 'policy/reminding'])('names %s once it has stopped', async (name) => {
  const ready = () => test.call('/health/ready');
  await until('the service to be ready', async () => ((await ready()).status === 200 ? true : undefined));
  const runner = test.host.app.get(ServiceRuntime, { strict: false }).runners.get(name);
  if (!runner) throw new Error(`There is no ${name}.`);
  await runner.stop();
  expect(await ready()).toMatchObject({
    status: 503,
    body: { checks: { 'notes-projections': expect.stringContaining(`not running: ${name}`) as string } },
  });
  await runner.start();
});
