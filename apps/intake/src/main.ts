/** The intake service on its own: its database, Kafka, HTTP below /intake/. */
import { hostService } from '@guichet/http-host';
import { IntakeModule } from '@guichet/intake';

hostService(IntakeModule);
