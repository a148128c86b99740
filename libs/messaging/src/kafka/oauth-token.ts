import type { SaslOptions } from './kafka-options.js';

type OAuthOptions = Extract<SaslOptions, { mechanism: 'oauthbearer' }>;

const requestTimeoutMs = 10_000;

/** Answers access tokens by the client_credentials grant; one is used again until a tenth of its life is left. */
export function oauthTokens(options: OAuthOptions): () => Promise<{ value: string }> {
  let current: { readonly value: string; readonly freshUntil: number } | undefined;
  return async () => {
    if (!current || Date.now() > current.freshUntil) current = await requestToken(options);
    return { value: current.value };
  };
}

async function requestToken({ tokenUrl, clientId, clientSecret, scope }: OAuthOptions) {
  const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
  const askedAt = Date.now();
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${credentials.toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }).toString(),
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  if (!response.ok) throw new Error(`${tokenUrl} refused a token for Kafka: HTTP ${response.status}.`);
  const answer = (await response.json()) as { access_token?: unknown; expires_in?: unknown };
  const lifeSeconds = typeof answer.expires_in === 'number' ? answer.expires_in : 0;
  if (typeof answer.access_token !== 'string') throw new Error(`${tokenUrl} answered without an access token.`);
  return { value: answer.access_token, freshUntil: askedAt + lifeSeconds * 900 };
}
