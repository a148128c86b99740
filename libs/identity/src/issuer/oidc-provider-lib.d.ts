/**
 * The package's entry warns on every start about a runtime that does not call itself LTS, as the pinned one does not:
 * its two modules are imported by themselves.
 */
declare module 'oidc-provider/lib/provider.js' {
  export { Provider } from 'oidc-provider';
}
declare module 'oidc-provider/lib/helpers/errors.js' {
  import type { errors } from 'oidc-provider';
  export const InvalidClient: typeof errors.InvalidClient;
  export const InvalidRequest: typeof errors.InvalidRequest;
}
