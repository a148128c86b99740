import { specification } from '@guichet/event-sourcing/testing';
import { type ClientCommand, clientDecider, type ClientEvent } from './client.js';

const given = specification(clientDecider);
const at = '2026-03-02T09:00:00.000Z';
const registered: ClientEvent = { type: 'ClientRegistered', data: { name: 'bi', roles: ['analyst'], at } };
const disabled: ClientEvent = { type: 'ClientDisabled', data: { at } };
const register: ClientCommand = { type: 'RegisterClient', data: { name: 'bi', roles: ['analyst', 'analyst'], at } };
const renew: ClientCommand = { type: 'RenewClientSecret', data: { at } };
const disable: ClientCommand = { type: 'DisableClient', data: { at } };

it('registers a client', () => given().when(register).then(registered));
it('refuses a name that is taken', () => given(registered).when(register).thenRefused('client-exists'));
it('renews a secret', () => given(registered).when(renew).then({ type: 'ClientSecretRenewed', data: { at } }));
it('disables a client, once', () => {
  given(registered).when(disable).then(disabled);
  given(registered, disabled).when(disable).thenNothing();
});
it('gives the name of a disabled client again', () => given(registered, disabled).when(register).then(registered));
it('refuses what needs a client where there is none', () => {
  given().when(renew).thenRefused('unknown-client');
  given().when(disable).thenRefused('unknown-client');
  given(registered, disabled).when(renew).thenRefused('unknown-client');
});
it('never gives a secret version twice', () => {
  const renewed: ClientEvent = { type: 'ClientSecretRenewed', data: { at } };
  const versions = [registered, renewed, disabled, registered].map(
    (_event, index, events) =>
      events.slice(0, index + 1).reduce((state, event) => clientDecider.evolve(state, event), clientDecider.initial)
        .secretVersion,
  );
  expect(versions).toEqual([1, 2, 2, 3]);
});
