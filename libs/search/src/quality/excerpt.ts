import type { LabelledSet } from './labelled-set.js';

/** A few texts and questions of our own, so that the path from text to figure is tried everywhere. */
export const englishExcerpt: LabelledSet = {
  locale: 'en',
  documents: [
    {
      id: 'refund',
      title: 'Getting your money back',
      keywords: ['refund'],
      body: 'We refund an order that you return within 30 days.\nThe amount goes to the card that you paid with.',
    },
    {
      id: 'delivery',
      title: 'When your parcel arrives',
      body: 'Parcels leave our warehouse on the day of your order.\nThe carrier sends you a message with the hour.',
    },
    {
      id: 'password',
      title: 'Changing your password',
      body: 'Open your profile and choose Security.\nA password has at least twelve letters or digits.',
    },
    {
      id: 'invoice',
      title: 'Where your invoices are',
      body: 'Every invoice can be downloaded from your account as a PDF.\nAn accountant can have a copy by e-mail.',
    },
  ],
  queries: [
    { query: 'how are orders refunded', relevant: ['refund'] },
    { query: 'the parcel has not arrived', relevant: ['delivery'] },
    { query: 'i forgot which pasword i have', relevant: ['password'] },
    { query: 'download an invoice for my accountant', relevant: ['invoice'] },
  ],
};

export const frenchExcerpt: LabelledSet = {
  locale: 'fr',
  documents: [
    {
      id: 'refund',
      title: 'Obtenir un remboursement',
      body: 'Nous remboursons une commande renvoyée sous 30 jours.\nLa somme est créditée sur la carte utilisée.',
    },
    {
      id: 'delivery',
      title: 'La livraison de votre colis',
      body: 'Les colis sont expédiés le jour de la commande.\nLe livreur vous prévient par message.',
    },
    {
      id: 'password',
      title: 'Changer de mot de passe',
      body: 'Ouvrez votre profil, puis Sécurité.\nUn mot de passe compte au moins douze caractères.',
    },
    {
      id: 'invoice',
      title: 'Retrouver vos factures',
      body: 'Chaque facture est téléchargeable depuis votre compte.\nVotre comptable peut en recevoir une copie.',
    },
  ],
  queries: [
    { query: 'remboursment', relevant: ['refund'] },
    { query: "quand l'expédition de mon colis ?", relevant: ['delivery'] },
    { query: 'profil et sécurité', relevant: ['password'] },
    { query: 'télécharger une facture', relevant: ['invoice'] },
  ],
};

export const polishExcerpt: LabelledSet = {
  locale: 'pl',
  documents: [
    {
      id: 'refund',
      title: 'Zwrot pieniędzy',
      body: 'Zwracamy pieniądze za zamówienie odesłane w ciągu 30 dni.\nKwota wraca na kartę, którą zapłacono.',
    },
    {
      id: 'delivery',
      title: 'Kiedy przyjdzie paczka',
      body: 'Przesyłki wychodzą z magazynu w dniu zamówienia.\nKurier wysyła wiadomość z godziną doręczenia.',
    },
    {
      id: 'password',
      title: 'Zmiana hasła',
      body: 'Otwórz swój profil i wybierz Bezpieczeństwo.\nHasło ma co najmniej dwanaście znaków.',
    },
    {
      id: 'invoice',
      title: 'Gdzie są faktury',
      body: 'Każdą fakturę można pobrać ze swojego konta.\nKsięgowa może dostać kopię pocztą elektroniczną.',
    },
  ],
  queries: [
    { query: 'pieniadze i zamowienie', relevant: ['refund'] },
    { query: 'kurier nie doręczył przesyłki', relevant: ['delivery'] },
    { query: 'jak zmienić hasło w profilu', relevant: ['password'] },
    { query: 'pobieranie faktur', relevant: ['invoice'] },
  ],
};
