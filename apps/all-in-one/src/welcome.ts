/** What a person sees when the product is ready. */
import { serviceNames } from '@guichet/contracts';
export function welcome({ url, isDemo, dataDir }: { url: string; isDemo: boolean; dataDir: string }): string {
  const docs = serviceNames.map((service) => `    ${service.padEnd(10)} ${url}/${service}/docs`);
  const demo = [
    '',
    '  The tenant `demo` has sixty days of made-up tickets. Sign in as one of its people with a token:',
    '    agent      npm run -s token -- --tenant demo --role agent',
    '    requester  npm run -s token -- --tenant demo --role requester',
    '    analyst    npm run -s token -- --tenant demo --role analyst     (also: supervisor, admin, importer, operator)',
    '',
    '  Try:  TOKEN=$(npm run -s token -- --tenant demo --role analyst)',
    `        curl -H "authorization: Bearer $TOKEN" "${url}/analytics/v1/kpis/backlog?groupBy=department"`,
  ];
  return [
    '',
    `  Guichet is ready at ${url}`,
    '',
    '  Every service describes itself, and can be tried, at',
    ...docs,
    ...(isDemo ? demo : []),
    '',
    `  Data: ${dataDir}   Health: ${url}/health/ready   Metrics: ${url}/metrics`,
    '  Ctrl-C stops it; the next start goes on with the same data.',
    '',
    '',
  ].join('\n');
}
