export interface FoundPersonalData {
  readonly kind: 'email' | 'phone' | 'iban' | 'card';
  /** UTF-16 offsets into the text; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

type Finder = (text: string) => Iterable<FoundPersonalData>;

/** Names that stand for nobody (RFC 2606, RFC 6761). */
const nobodys = /(?:^|[@.])(?:example|invalid|test|localhost)(?:\.(?:com|net|org))?$/i;
const email = /(?<![\w.+%-])[\p{L}\p{N}_.+%-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;

function* emails(text: string): Iterable<FoundPersonalData> {
  for (const { 0: found, index } of text.matchAll(email)) {
    if (!nobodys.test(found)) yield { kind: 'email', from: index, to: index + found.length };
  }
}

/** Lengths of account numbers by country: ISO 13616, SWIFT's IBAN registry. */
const ibanLengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const ibanStart = /(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ \u00a0]?[A-Za-z0-9])/g;

/** ISO 7064 MOD 97-10: the first four characters behind the rest, letters as 10 to 35, remainder 1. */
function isIban(account: string): boolean {
  let rest = 0;
  for (const character of account.slice(4) + account.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** So many letters and digits from `from`, with single spaces between; undefined if there are fewer. */
function take(text: string, from: number, count: number) {
  const taken = new RegExp(`(?:[A-Za-z0-9][ \\u00a0]?){${count - 1}}[A-Za-z0-9](?![A-Za-z0-9])`, 'y');
  taken.lastIndex = from;
  return taken.exec(text)?.[0];
}

function* ibans(text: string): Iterable<FoundPersonalData> {
  for (const { 0: start, index } of text.matchAll(ibanStart)) {
    const length = ibanLengths.get(start.slice(0, 2).toUpperCase());
    const found = length === undefined ? undefined : take(text, index, length);
    if (found && isIban(found.replace(/[ \u00a0]/g, ''))) yield { kind: 'iban', from: index, to: index + found.length };
  }
}

const card = /(?<![\p{L}\p{N}#=.,_/-])\d(?:[ \u00a0-]?\d){12,18}(?![\p{L}\p{N}_]|[.,/-]\d)/gu;
/** Numbers that card networks issue, by prefix and length (ISO/IEC 7812). */
const issued = [
  /^4(?:\d{12}|\d{15}|\d{18})$/, // Visa
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^3(?:0[0-5]|[689]\d)\d{11}$/, // Diners Club
  /^(?:6011|64[4-9]\d|65\d{2})\d{12}$/, // Discover
  /^35(?:2[89]|[3-8]\d)\d{12}$/, // JCB
  /^62\d{14,17}$/, // UnionPay
];

/** The Luhn formula, ISO/IEC 7812-1 annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

function* cards(text: string): Iterable<FoundPersonalData> {
  for (const { 0: found, index } of text.matchAll(card)) {
    const digits = found.replace(/\D/g, '');
    const isCard = issued.some((pattern) => pattern.test(digits)) && isLuhn(digits);
    if (isCard) yield { kind: 'card', from: index, to: index + found.length };
  }
}

/**
 * A run of digits with signs between that people put into telephone numbers. Only what says so is one: a plus sign, a
 * leading zero and separators, brackets around an area code, or the word before it.
 */
const number = /(?<![\p{L}\p{N}#№_@=./,:-])(?:\+|\(\+?)?\d(?:[ \u00a0./()-]{0,2}\d){5,16}(?![\p{L}\p{N}_]|[.,:/-]\d)/gu;
const called =
  /(?:\b(?:tel|tél|telephone|téléphone|telefon|telefono|teléfono|telefone|phone|mobile|mobil|handy|cell|call|kom|fax|gsm|whatsapp)|☎|📞)[ .:°nr()]{0,6}$/iu;
const looksLikeDate =
  /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d)|(?:19|20)\d{2}[./-]?(?:0[1-9]|1[0-2])[./-]?(?:0[1-9]|[12]\d|3[01])(?!\d))/;
const northAmerican = /^(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}$/;
const international = /^\(?\+/;
const national = /^\(?0\d/;
const unbroken = /^0[1-9]\d{8}$/;

function isPhone(found: string, before: string): boolean {
  const digits = found.replace(/\D/g, '');
  if (digits.length > 15 || looksLikeDate.test(found)) return false;
  if (international.test(found)) return digits.length >= 8;
  if (called.test(before)) return true;
  if (northAmerican.test(found)) return true;
  if (!national.test(found)) return false;
  return /\D/.test(found) ? digits.length >= 9 : unbroken.test(found);
}

function* phones(text: string): Iterable<FoundPersonalData> {
  for (const { 0: found, index } of text.matchAll(number)) {
    if (isPhone(found, text.slice(Math.max(0, index - 24), index)))
      yield { kind: 'phone', from: index, to: index + found.length };
  }
}

/** In this order: what one has found, a later one does not find again. */
const finders: readonly Finder[] = [emails, ibans, cards, phones];

/**
 * E-mail addresses, telephone numbers, account and card numbers in a text, in the order of the text, none over another.
 * Check digits keep ticket numbers, prices, versions and dates out. Names and addresses of people are not found.
 */
export function findPersonalData(text: string): readonly FoundPersonalData[] {
  const found: FoundPersonalData[] = [];
  for (const finder of finders) {
    const taken = [...found];
    for (const one of finder(text)) if (!taken.some(({ from, to }) => one.from < to && from < one.to)) found.push(one);
  }
  return found.sort((a, b) => a.from - b.from);
}
