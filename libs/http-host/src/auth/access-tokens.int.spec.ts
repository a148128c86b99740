import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { AccessTokens } from './access-tokens.js';

const names = {
  oidcAudience: 'guichet',
  oidcTokenType: 'at+jwt',
  oidcTenantClaim: 'tenant',
  oidcRolesClaim: 'realm_access.roles',
};

describe('tokens of an issuer that is found by discovery', () => {
  let server: Server;
  let url: string;
  let answers: Record<string, unknown>;
  let privateKey: CryptoKey;
  let token: string;

  beforeEach(async () => {
    answers = {};
    server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
    const keys = await generateKeyPair('RS256');
    privateKey = keys.privateKey;
    answers['/realm/keys'] = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
    answers['/realm/.well-known/openid-configuration'] = { issuer: url, jwks_uri: `${url}/keys` };
    token = await new SignJWT({ realm_access: { roles: ['analyst', 'offline_access'] } })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'at+jwt' })
      .setSubject('bi')
      .setIssuer(url)
      .setAudience(['account', 'guichet'])
      .setExpirationTime('1m')
      .sign(privateKey);
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('are verified, with roles from where the settings say', async () =>
    expect(await new AccessTokens({ ...names, oidcIssuer: url }).verify(token)).toEqual({
      subject: 'bi',
      expiresAtMs: (decodeJwt(token).exp ?? NaN) * 1000,
      roles: ['analyst'],
      timeZone: 'UTC',
    }));

  it('cannot be checked while the issuer does not answer, and can be afterwards', async () => {
    const tokens = new AccessTokens({ ...names, oidcIssuer: url });
    const { '/realm/.well-known/openid-configuration': discovery } = answers;
    delete answers['/realm/.well-known/openid-configuration'];
    await expect(tokens.verify(token)).rejects.toMatchObject({ status: 503, code: 'issuer-unavailable' });
    answers['/realm/.well-known/openid-configuration'] = discovery;
    expect(await tokens.verify(token)).toMatchObject({ subject: 'bi' });
  });

  it('cannot be checked while the key set does not answer', async () => {
    const tokens = new AccessTokens({ ...names, oidcIssuer: url, oidcJwksUrl: `${url}/none` });
    await expect(tokens.verify(token)).rejects.toMatchObject({ status: 503 });
  });

  it('can be checked while one replica of the issuer comes and another one answers', async () => {
    const asked: string[] = [];
    const comingAndThere = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (asked.length === 1) request.socket.destroy();
      else if (asked.length === 2) response.writeHead(503).end('{}');
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers['/realm/keys']));
    });
    await new Promise<void>((resolve) => comingAndThere.listen(0, '127.0.0.1', resolve));
    const { port } = comingAndThere.address() as AddressInfo;
    const oidcJwksUrl = `http://127.0.0.1:${port}/keys`;
    const tokens = new AccessTokens({ ...names, oidcIssuer: url, oidcJwksUrl });
    expect(await tokens.verify(token)).toMatchObject({ subject: 'bi' });
    expect(asked).toEqual(['/keys', '/keys', '/keys']);
    comingAndThere.closeAllConnections();
    comingAndThere.close();
  });

  it('are refused when the issuer calls itself something else', async () => {
    answers['/realm/.well-known/openid-configuration'] = { issuer: 'http://evil.test', jwks_uri: `${url}/keys` };
    await expect(new AccessTokens({ ...names, oidcIssuer: url }).verify(token)).rejects.toMatchObject({ status: 503 });
  });

  it('are remembered for a minute, and never beyond their end', async () => {
    let nowMs = Date.now();
    const tokens = new AccessTokens({ ...names, oidcIssuer: url, oidcJwksUrl: `${url}/keys` }, undefined, () => nowMs);
    await tokens.verify(token);
    nowMs += 59_000;
    expect(await tokens.verify(token)).toMatchObject({ subject: 'bi' });
    nowMs += 10_000;
    await expect(tokens.verify(token)).rejects.toMatchObject({ status: 401, code: 'token-expired' });
  });

  it('are looked at again after a minute, with the keys of then', async () => {
    const sign = (lifetime: string) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'at+jwt' })
        .setSubject('bi')
        .setIssuer(url)
        .setAudience('guichet')
        .setExpirationTime(lifetime)
        .sign(privateKey);
    const { keys } = answers['/realm/keys'] as { keys: JWK[] };
    let current = createLocalJWKSet({ keys });
    let nowMs = Date.now();
    const keySet: JWTVerifyGetKey = (...parts) => current(...parts);
    const tokens = new AccessTokens({ ...names, oidcIssuer: url }, keySet, () => nowMs);
    const long = await sign('1h');
    await tokens.verify(long);
    current = createLocalJWKSet({ keys: [] });
    expect(await tokens.verify(long)).toMatchObject({ subject: 'bi' });
    nowMs += 61_000;
    await expect(tokens.verify(long)).rejects.toMatchObject({ status: 401 });
  });

  it('are refused when signed with a shared secret, whatever key they name', async () => {
    const forged = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })
      .setSubject('bi')
      .setIssuer(url)
      .setAudience('guichet')
      .setExpirationTime('1m')
      .sign(Buffer.from(JSON.stringify((answers['/realm/keys'] as { keys: object[] }).keys[0])));
    await expect(new AccessTokens({ ...names, oidcIssuer: url }).verify(forged)).rejects.toMatchObject({ status: 401 });
  });
});
