/**
 * The long lane of the tests: what kills processes, breaks networks, disks and brokers, starts the product in every place,
 * tries every operation, question or order of steps there is, measures search, starts OpenSearch, counts statements, or imports whole logs.
 * `npm test` leaves it out, `npm run test:long` runs it and nothing else, and `.ci/run` runs both. Patterns of files; a
 * file that is named on the command line runs in any case.
 */
exports.longLane = [
  '/chaos\\.e2e\\.spec\\.ts$',
  '/faults/.*\\.int\\.spec\\.ts$',
  '\\.faults\\.int\\.spec\\.ts$',
  '/kafka-(acl|away|certificates|claim|crashes|faults|feed|full-disk|group-faults|lag|security|topic-faults)\\.e2e\\.spec\\.ts$',
  '/real-logs(-kafka)?\\.e2e\\.spec\\.ts$',
  '/(same-numbers|journeys|rolling|places|bundles|starts|backup|secrets-in-logs|operators)\\.e2e\\.spec\\.ts$',
  '/(first-minute|lifecycle|local-postgres|run-host|import)\\.e2e\\.spec\\.ts$',
  '/tenancy/(database|idempotency|live-streams|squatting|tenancy|text)\\.int\\.spec\\.ts$',
  '/(extremes|service-database|parking)\\.int\\.spec\\.ts$',
  '/(two-sides|dependency-rules|quality)\\.spec\\.ts$',
  '/import/truth/.*\\.spec\\.ts$',
  '/guard\\.int\\.spec\\.ts$',
  '/(open-search|search-engine)\\.e2e\\.spec\\.ts$',
];

/** What needs a Docker engine and built images: `npm run test:containers` runs it and nothing else. */
exports.containersLane = ['/tests/containers/.*\\.e2e\\.spec\\.ts$'];
