import type { BenchLine } from '../line.js';
import { append1 } from './append-1.js';
import { append64 } from './append-64.js';
import { appendChain } from './append-chain.js';
import { appendProcesses } from './append-processes.js';
import { appendSeen } from './append-seen.js';
import { backlog } from './backlog.js';
import { coldStart } from './cold-start.js';
import { command } from './command.js';
import { drillDown } from './drill-down.js';
import { growthAnalytics } from './growth-analytics.js';
import { growthAppend } from './growth-append.js';
import { growthHttp } from './growth-http.js';
import { httpOperations } from './http-operations.js';
import { httpVisible } from './http-visible.js';
import { importLine } from './import.js';
import { kafkaProjection } from './kafka-projection.js';
import { kpiQuery } from './kpi-query.js';
import { liveWatchers } from './live-watchers.js';
import { projection } from './projection.js';
import { rebuildLive } from './rebuild-live.js';
import { relay } from './relay.js';
import { replay } from './replay.js';
import { scaleConnections } from './scale-connections.js';
import { scaleDatabases } from './scale-databases.js';
import { scalePartitions } from './scale-partitions.js';
import { scaleRebuild } from './scale-rebuild.js';
import { scaleSize } from './scale-size.js';
import { scaleSkew } from './scale-skew.js';
import { sealing } from './sealing.js';
import { search } from './search.js';
import { size } from './size.js';
import { ticketSearch } from './ticket-search.js';

/** In the order of the table. */
export const lines: readonly BenchLine[] = [
  append64,
  append1,
  appendProcesses,
  appendSeen,
  appendChain,
  command,
  replay,
  sealing,
  projection,
  kafkaProjection,
  relay,
  rebuildLive,
  kpiQuery,
  backlog,
  drillDown,
  httpVisible,
  httpOperations,
  liveWatchers,
  search,
  ticketSearch,
  importLine,
  coldStart,
  size,
  growthAppend,
  growthAnalytics,
  growthHttp,
  scaleSize,
  scaleSkew,
  scaleDatabases,
  scalePartitions,
  scaleRebuild,
  scaleConnections,
];
