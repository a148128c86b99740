import { describeUnless, whyNot } from './describe-with.js';
import { sharedByTheRun } from './run-resource.js';

export interface TestOpenSearch {
  readonly url: string;
}

/**
 * `describe` for tests that need OpenSearch: GUICHET_TEST_OPENSEARCH_URL where set, otherwise a real node of the test
 * run, which takes Java. Use indexes of your own: others share it. `opensearch.url` may be read inside hooks and tests.
 */
export function describeWithOpenSearch(name: string, block: (opensearch: TestOpenSearch) => void): void {
  const given = process.env.GUICHET_TEST_OPENSEARCH_URL;
  describeUnless(given ? '' : whyNot('opensearch-availability.mjs'), name, () => {
    let running: TestOpenSearch | undefined;
    beforeAll(async () => {
      running = given ? { url: given } : await sharedByTheRun<TestOpenSearch>('opensearch', 300_000);
    }, 300_000);
    block({
      get url() {
        if (!running) throw new Error('OpenSearch is there inside hooks and tests only.');
        return running.url;
      },
    });
  });
}
