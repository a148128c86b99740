/** Every service in one process on an embedded PostgreSQL: what `npm start` runs. */
import { runHost } from '@guichet/http-host';
import { allInOne, startAllInOne } from './all-in-one.js';
import { allInOneSettings } from './settings.js';

runHost({ name: allInOne, logFormat: allInOneSettings.logFormat.default ?? 'pretty' }, () =>
  startAllInOne(process.env),
);
