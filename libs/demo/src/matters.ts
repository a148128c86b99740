/** What the demo's customers write about, and who they are. All names are made up. */

export interface DemoMatter {
  readonly department: string;
  readonly subject: string;
  readonly body: string;
  readonly answer: string;
}

export const departments = [
  { departmentId: 'customer-care', name: 'Customer care' },
  { departmentId: 'billing', name: 'Billing' },
  { departmentId: 'technical', name: 'Technical support' },
  { departmentId: 'returns', name: 'Returns' },
] as const;

export const people = [
  { name: 'Rita Moreau', email: 'rita.moreau@example.com', locale: 'fr' },
  { name: 'Paul Lefèvre', email: 'paul.lefevre@example.com', locale: 'fr' },
  { name: 'Agnieszka Wójcik', email: 'agnieszka.wojcik@example.com', locale: 'pl' },
  { name: 'Łukasz Nowak', email: 'lukasz.nowak@example.com', locale: 'pl' },
  { name: 'Emma Clarke', email: 'emma.clarke@example.com', locale: 'en' },
  { name: 'Noah Bennett', email: 'noah.bennett@example.com', locale: 'en' },
  { name: 'Ines Duarte', email: 'ines.duarte@example.com', locale: 'en' },
  { name: 'Samir Haddad', email: 'samir.haddad@example.com', locale: 'fr' },
  { name: 'Zofia Kamińska', email: 'zofia.kaminska@example.com', locale: 'pl' },
  { name: 'Oliver Grant', email: 'oliver.grant@example.com', locale: 'en' },
] as const;

export const matters: readonly DemoMatter[] = [
  {
    department: 'billing',
    subject: 'Charged twice for the same order',
    body: 'My bank statement shows the order of last week two times. Please give me one of them back.',
    answer: 'One of the two was only reserved by your bank and is released within two days. Tell us if it is not.',
  },
  {
    department: 'billing',
    subject: 'Facture au nom de mon entreprise',
    body: 'Bonjour, pouvez-vous refaire la facture avec le nom et le numéro de TVA de mon entreprise ?',
    answer: 'Bonjour, c’est fait : la facture corrigée est dans votre espace, avec le numéro de TVA indiqué.',
  },
  {
    department: 'technical',
    subject: 'Cannot sign in after changing my phone',
    body: 'The code for signing in still goes to my old phone. How do I move it to the new one?',
    answer: 'We have removed the old phone from your account. Sign in once more and add the new one when asked.',
  },
  {
    department: 'technical',
    subject: 'Aplikacja zamyka się przy starcie',
    body: 'Od wczorajszej aktualizacji aplikacja zamyka się zaraz po uruchomieniu. Telefon z Androidem 16.',
    answer: 'Dziękujemy za zgłoszenie. Poprawiona wersja jest już w sklepie, prosimy o aktualizację.',
  },
  {
    department: 'returns',
    subject: 'Wrong size, would like to exchange',
    body: 'The shoes are one size too small. Can I send them back and get the next size?',
    answer: 'Of course. The label is in your account; we send the next size as soon as the parcel is on its way.',
  },
  {
    department: 'returns',
    subject: 'Colis abîmé à la livraison',
    body: 'Le carton était ouvert et un des verres est cassé. Je peux envoyer des photos.',
    answer: 'Nous sommes désolés. Un nouveau verre part aujourd’hui, inutile de renvoyer l’ancien.',
  },
  {
    department: 'customer-care',
    subject: 'Where is my parcel?',
    body: 'Tracking has not moved for four days. Is it lost?',
    answer: 'The carrier found it at the wrong depot. It is on its way and should arrive tomorrow.',
  },
  {
    department: 'customer-care',
    subject: 'Zmiana adresu dostawy',
    body: 'Proszę o zmianę adresu dostawy, zamówienie jeszcze nie zostało wysłane.',
    answer: 'Adres został zmieniony. Paczka wyjedzie jutro rano.',
  },
];
