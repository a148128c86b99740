import { demoSecrets, type IdentityOptions, productionProblems } from './identity.settings.js';

const good: Omit<IdentityOptions, 'feed'> = {
  databaseUrl: 'postgres://app@localhost/identity',
  migrationDatabaseUrl: 'postgres://owner@localhost/identity',
  issuer: 'https://help.example.org/identity',
  mode: 'production',
  secret: 'a secret of our own, long enough to seal',
};

it('has nothing against a production with secrets of its own', () => expect(productionProblems(good)).toEqual([]));

it.each([
  ['the demo secret', { secret: demoSecrets.identitySecret }, 'IDENTITY_SECRET'],
  ['a demo secret for the operator', { operatorSecret: demoSecrets.clientSecret }, 'IDENTITY_OPERATOR_SECRET'],
  ['the demo client, whatever its secret', { demo: { clientSecret: 'one of our own' } }, 'demo client'],
])('refuses %s in production', (_what, changes, words) =>
  expect(productionProblems({ ...good, ...changes }).join()).toContain(words),
);

it('takes all of them in a demo', () =>
  expect(
    productionProblems({
      ...good,
      mode: 'demo',
      secret: demoSecrets.identitySecret,
      demo: { clientSecret: demoSecrets.clientSecret },
    }),
  ).toEqual([]));

it('refuses a demo client in a mode that is not one', () =>
  expect(productionProblems({ ...good, demo: { clientSecret: 'x' } })).toHaveLength(1));
