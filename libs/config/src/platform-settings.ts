import { installationSettings } from './installation-settings.js';
import { limitSettings } from './limit-settings.js';
import { type Settings, setting } from './settings.js';

/** What every HTTP host reads, whatever services it holds. */
export const platformSettings = {
  mode: setting.choice({
    name: 'GUICHET_MODE',
    values: ['production', 'demo'],
    default: 'production',
    description: 'demo seeds people, tenants and secrets known to everyone; production refuses all of them.',
  }),
  ...installationSettings,
  host: setting.text({
    name: 'HOST',
    default: '127.0.0.1',
    description: 'Address to listen on. Loopback unless you say otherwise; 0.0.0.0 in a container.',
  }),
  port: setting.port({ name: 'PORT', default: 3000, description: 'Port to listen on; 0 takes a free one.' }),
  oidcIssuer: setting.url({
    name: 'OIDC_ISSUER',
    required: true,
    description: 'Issuer of the access tokens, exactly as in their `iss` claim. Keys are found by OpenID discovery.',
  }),
  oidcJwksUrl: setting.url({
    name: 'OIDC_JWKS_URL',
    description: "Where the issuer's keys are, if not by discovery (e.g. its address inside a cluster).",
  }),
  oidcAudience: setting.text({
    name: 'OIDC_AUDIENCE',
    default: 'guichet',
    description: 'What the `aud` claim of an access token must contain.',
  }),
  oidcTokenType: setting.text({
    name: 'OIDC_TOKEN_TYPE',
    default: 'at+jwt',
    description: 'The `typ` header an access token must have (RFC 9068); some issuers write JWT.',
  }),
  oidcTenantClaim: setting.text({
    name: 'OIDC_TENANT_CLAIM',
    default: 'tenant',
    description: "Claim with the tenant's id, a UUID. A dotted path looks inside an object.",
  }),
  oidcRolesClaim: setting.text({
    name: 'OIDC_ROLES_CLAIM',
    default: 'roles',
    description: "Claim with the list of roles, e.g. realm_access.roles for Keycloak's own.",
  }),
  cursorSecret: setting.text({
    name: 'CURSOR_SECRET',
    required: true,
    secret: true,
    minLength: 32,
    description: 'Signs the cursors of lists. The same in all replicas of a service.',
  }),
  logLevel: setting.choice({
    name: 'LOG_LEVEL',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    description: 'How much to log.',
  }),
  logFormat: setting.choice({
    name: 'LOG_FORMAT',
    values: ['json', 'pretty'],
    default: 'json',
    description: 'json, one object a line, or pretty for people.',
  }),
  metricsToken: setting.text({
    name: 'METRICS_TOKEN',
    secret: true,
    minLength: 16,
    description: 'What /metrics asks for as a bearer token. Without it, only this machine may read them.',
  }),
  shutdownDelaySeconds: setting.integer({
    name: 'SHUTDOWN_DELAY_SECONDS',
    default: 5,
    min: 0,
    max: 600,
    description:
      'How long a host goes on serving after SIGTERM while /health/ready answers 503. Longer than the gateway needs to notice that. Ctrl-C does not wait for it.',
  }),
  shutdownGraceSeconds: setting.integer({
    name: 'SHUTDOWN_GRACE_SECONDS',
    default: 20,
    min: 1,
    max: 3600,
    description:
      'How long a stopping host then waits for the requests it has accepted. A platform that kills a process waits longer than both together, and five seconds more for what runs behind the requests.',
  }),
  ...limitSettings,
} as const;

export type PlatformSettings = Settings<typeof platformSettings>;
