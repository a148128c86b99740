/** The embedded issuer on its own: its database, Kafka, HTTP below /identity/. */
import { demoSecrets, IdentityModule, identitySettings } from '@guichet/identity';
import { hostService } from '@guichet/http-host';

hostService(IdentityModule, {
  settings: identitySettings,
  options: (common, { mode, oidcIssuer: issuer, secret, operatorSecret, tokenSeconds, keyRotationDays }) => {
    const demo =
      mode === 'demo' ? { demo: { clientId: demoSecrets.clientId, clientSecret: demoSecrets.clientSecret } } : {};
    return { ...common, issuer, mode, secret, operatorSecret, tokenSeconds, keyRotationDays, ...demo };
  },
  isIssuer: true,
});
