/** The knowledge service on its own: its database, Kafka, HTTP below /knowledge/. */
import { hostService } from '@guichet/http-host';
import { KnowledgeModule } from '@guichet/knowledge';

hostService(KnowledgeModule);
