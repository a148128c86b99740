import { startAllInOne } from './product.js';
import { itHasTheFigures, realLogs } from './real-logs.js';

const folder = realLogs();
if (folder !== undefined) describe('in one process', () => itHasTheFigures(folder, startAllInOne));
