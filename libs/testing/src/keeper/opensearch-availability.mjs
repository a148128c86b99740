/** Prints why no OpenSearch can run here; prints nothing when one can. */
import { whatIsMissing } from '../../../../infra/opensearch-local/node.mjs';

const missing = whatIsMissing();
if (missing) console.log(missing);
