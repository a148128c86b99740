export { AnalyticsModule } from './analytics.module.js';
export { catalogue as kpiCatalogue } from './kpis/definitions/catalogue.js';
