/** Prints why no Kafka can run here; prints nothing when one can. */
import { whatIsMissing } from '../../../../infra/kafka-local/runtime.mjs';
import { dockerAnswers } from './docker.mjs';

if (!(await dockerAnswers())) {
  const missing = whatIsMissing();
  if (missing) console.log(`no Docker engine answers and ${missing}`);
}
