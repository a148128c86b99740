export { type Correlation, currentCorrelation, withCorrelation, correlationFrom } from './correlation.js';
export { createLogger, type LoggingSettings, NestPinoLogger } from './logging.js';
export { Metrics, type Sample } from './metrics.js';
export { withoutPasswords } from './passwords.js';
export { type HealthReport, NotReady, ReadinessRegistry } from './readiness.js';
export { ServiceObserver } from './service-observer.js';
export { build, type Build } from './version.js';
export { feedLog, observeFeed } from './feed-metrics.js';
export { reasonOf } from './reason.js';
