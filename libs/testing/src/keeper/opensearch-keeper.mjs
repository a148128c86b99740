/** One OpenSearch for a test run. Started by run-resource.ts. */
import { startOpenSearch } from '../../../../infra/opensearch-local/node.mjs';
import { keep } from './keeper.mjs';

await keep(async () => {
  const { url, ended, stop } = await startOpenSearch();
  return { ready: { url }, ended, stop };
});
