import { LogPlaces1760000002001 } from './1760000002001-log-places.migration.js';
import { ReceivedLogPlaces1760000002002 } from './1760000002002-received-log-places.migration.js';

/** Analytics' own; they come after those of event-sourcing and messaging. */
export const analyticsMigrations = [LogPlaces1760000002001, ReceivedLogPlaces1760000002002];
