/** The routing service on its own: its database, Kafka, HTTP below /routing/. */
import { hostService } from '@guichet/platform';
import { RoutingModule } from '@guichet/routing';

hostService('routing', (options) => RoutingModule.register(options));
