/** The routing service on its own: its database, Kafka, HTTP below /routing/. */
import { hostService } from '@guichet/http-host';
import { RoutingModule } from '@guichet/routing';

hostService(RoutingModule);
