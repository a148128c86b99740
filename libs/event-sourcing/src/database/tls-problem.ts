/** Why a connection over TLS, or without it, does not come about: what has to be changed, in the setting's own words. */
import { isNativeError } from 'node:util/types';

/** Codes of Node's TLS for a certificate that the given authority has not signed. */
const foreign: ReadonlySet<string> = new Set([
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_SIGNATURE_FAILURE'],
]);

/** Undefined for an error that has nothing to do with TLS. The sentence goes on after "cannot be used: ". */
export function tlsProblem(error: unknown): string | undefined {
  if (!isNativeError(error)) return undefined;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (foreign.has(code))
    return `the server's certificate is not signed by the authority of sslrootcert, or by one that Node.js knows (${code})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the server's certificate is for other names than the one in the URL (${error.message})`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `the server's certificate is not valid at this time (${code})`;
  if (error.message === 'The server does not support SSL connections')
    return 'it asks for TLS (sslmode), and the server has none: set ssl = on there, or leave sslmode out';
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return path === undefined || 'address' in error
      ? undefined
      : `the file ${path} that it names cannot be read (${code})`;
  return undefined;
}
