import { serviceNames } from '@guichet/contracts';

export interface WelcomeParts {
  /** The address for people and programs. */
  readonly url: string;
  /** The address on this machine, where it really listens. */
  readonly localUrl: string;
  readonly isDemo: boolean;
  readonly dataDir: string;
  /** The usual port, where it was taken and another one was chosen. */
  readonly takenPort?: number | undefined;
  readonly tokenCommand: (role: string) => string;
}

/** Quotes a word for a shell where it needs quotes. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/**
 * The command that prints a token of this instance, run in the checkout.
 * @param dataDir its data folder, absolute
 * @param usualDataDir the one that the command looks into by itself
 */
export const tokenCommandFor =
  (dataDir: string, usualDataDir: string) =>
  (role: string): string => {
    const where = dataDir === usualDataDir ? '' : `GUICHET_DATA_DIR=${quoted(dataDir)} `;
    return `${where}npm run -s token -- --tenant demo --role ${role}`;
  };

/** What a person sees when the product is ready. Each address opens and each command works as it stands here. */
export function welcome({ url, localUrl, isDemo, dataDir, takenPort, tokenCommand }: WelcomeParts): string {
  const docs = serviceNames.map((service) => `    ${service.padEnd(10)} ${url}/${service}/docs`);
  const taken = `  Port ${takenPort} is in use by another program, so this is another one. PORT=… chooses one.`;
  const demo = [
    '',
    '  The tenant `demo` has made-up people. Sign in as one of them with a token, in the folder of the checkout:',
    `    agent      ${tokenCommand('agent')}`,
    `    requester  ${tokenCommand('requester')}`,
    `    analyst    ${tokenCommand('analyst')}`,
    '  The other roles are reader, author, translator, editor, supervisor, admin, importer and operator.',
    '',
    '  Try:',
    `    TOKEN=$(${tokenCommand('analyst')})`,
    `    curl -H "authorization: Bearer $TOKEN" "${url}/analytics/v1/kpis/backlog?groupBy=department"`,
    `    TOKEN=$(${tokenCommand('reader')})`,
    `    curl -H "authorization: Bearer $TOKEN" "${url}/knowledge/v1/search?q=zwrot+pieniedzy&locale=pl"`,
    `    curl -H "authorization: Bearer $TOKEN" "${url}/community/v1/topics?locale=pl"`,
    '  At the first start the forum fills in the two minutes after this.',
  ];
  return [
    '',
    `  Guichet is ready at ${url}`,
    ...(takenPort === undefined ? [] : [taken]),
    '',
    '  Every service describes itself, and can be tried, at',
    ...docs,
    ...(isDemo ? demo : []),
    '',
    `  Health:  ${localUrl}/health/ready`,
    `  Metrics: ${localUrl}/metrics`,
    `  Data:    ${dataDir}`,
    '',
    '  Ctrl-C stops it; the next start goes on with the same data.',
    '',
    '',
  ].join('\n');
}
