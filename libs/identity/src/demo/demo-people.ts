/** The made-up tenant and people of a demo. Pure. */
import { uuid5 } from '@guichet/event-sourcing';
import type { Role } from '@guichet/http-host';
import { tenantIdOf } from '../names.js';

export const demoTenant = {
  tenantId: tenantIdOf('demo'),
  slug: 'demo',
  name: 'Demo',
  timeZone: 'Europe/Paris',
} as const;

export interface DemoPerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly roles: readonly Role[];
}

const person = (name: string, email: string, locale: string, ...roles: readonly Role[]): DemoPerson => ({
  userId: uuid5(demoTenant.tenantId, `user/${email}`),
  ...{ name, email, locale, roles },
});

/** Their ids never change, so that other parts of a demo can speak of them before they are there. */
export const demoPeople: readonly DemoPerson[] = [
  person('Amir Benali', 'amir@demo.example', 'fr', 'agent'),
  person('Beata Zielińska', 'beata@demo.example', 'pl', 'agent'),
  person('Claire Dubois', 'claire@demo.example', 'fr', 'agent'),
  person('Daniel Osei', 'daniel@demo.example', 'en', 'agent'),
  person('Ewa Kowalczyk', 'ewa@demo.example', 'pl', 'agent'),
  person('Farid Haddou', 'farid@demo.example', 'fr', 'agent'),
  person('Sofia Marchetti', 'sofia@demo.example', 'en', 'supervisor', 'agent'),
  person('Adam Wiśniewski', 'adam@demo.example', 'pl', 'admin'),
  person('Nadia Laurent', 'nadia@demo.example', 'fr', 'analyst'),
  person('Hannah Whitfield', 'hannah@demo.example', 'en', 'author'),
  person('Camille Rousseau', 'camille@demo.example', 'fr', 'translator'),
  person('Marek Lewandowski', 'marek@demo.example', 'pl', 'translator'),
  person('Irene Castellanos', 'irene@demo.example', 'en', 'editor'),
  person('Rita Moreau', 'rita.moreau@example.com', 'fr', 'requester'),
  person('Łukasz Nowak', 'lukasz.nowak@example.com', 'pl', 'requester'),
];
