/** The community service on its own: its database, Kafka, HTTP below /community/. */
import { hostService } from '@guichet/http-host';
import { CommunityModule } from '@guichet/community';

hostService(CommunityModule);
