/** The embedded issuer on its own: its database, HTTP below /identity/. It needs no Kafka. */
import { demoSecrets, IdentityModule, identitySettings } from '@guichet/identity';
import { bootstrap, runHost } from '@guichet/http-host';
import { databaseSettings, loadConfig, platformSettings } from '@guichet/config';

runHost(async () => {
  const settings = loadConfig({ ...platformSettings, ...databaseSettings, ...identitySettings }, process.env);
  const {
    mode,
    oidcIssuer: issuer,
    databaseUrl,
    migrationDatabaseUrl,
    secret,
    operatorSecret,
    tokenSeconds,
    keyRotationDays,
  } = settings;
  const demo =
    mode === 'demo' ? { demo: { clientId: demoSecrets.clientId, clientSecret: demoSecrets.clientSecret } } : {};
  const options = {
    databaseUrl,
    migrationDatabaseUrl,
    issuer,
    mode,
    secret,
    operatorSecret,
    tokenSeconds,
    keyRotationDays,
    ...demo,
  };
  return bootstrap({ services: [{ name: 'identity', module: IdentityModule.register(options) }], settings });
});
