export { AnalyticsModule } from './analytics.module.js';
export { catalogue as kpiCatalogue } from './kpis/catalogue.js';
