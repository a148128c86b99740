/** The analytics service on its own: its database, Kafka, HTTP below /analytics/. */
import { hostService } from '@guichet/http-host';
import { AnalyticsModule } from '@guichet/analytics';

hostService(AnalyticsModule);
