/** Every service in one process on an embedded PostgreSQL: what `npm start` runs. */
import { runHost } from '@guichet/http-host';
import { startAllInOne } from './all-in-one.js';

runHost(() => startAllInOne(process.env));
