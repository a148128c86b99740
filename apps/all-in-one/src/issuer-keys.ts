import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/**
 * The keys of the issuer in this process, for verifying its tokens. They are handed over and not fetched: whoever else
 * listens on this machine has no part in it.
 */
export class IssuerKeys {
  private resolve: JWTVerifyGetKey | undefined;

  /** To be called by the issuer, with its public keys. */
  readonly set = (keys: JSONWebKeySet): void => void (this.resolve = createLocalJWKSet(keys));

  readonly get: JWTVerifyGetKey = async (header, token) => {
    if (this.resolve === undefined) throw new Error('The issuer has no keys yet.');
    return this.resolve(header, token);
  };
}
