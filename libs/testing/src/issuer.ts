import { once } from 'node:events';
import { createServer } from 'node:http';

/** An issuer of access tokens that issues none: what a service looks for when it starts. */
export interface IdleIssuer {
  /** For `OIDC_ISSUER`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @param port a free one by default */
export async function startIdleIssuer(port = 0): Promise<IdleIssuer> {
  let url = '';
  const server = createServer((request, response) => {
    const answers: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
      '/jwks': { keys: [] },
    };
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    url,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
