/** Telephone numbers, and names on messengers. Pure. */
import { findPersonalData } from '@guichet/search/personal-data';
import { asSeen } from './links.js';

const messengerLink =
  /\b(?:wa\.me|t\.me|telegram\.me|chat\.whatsapp\.com|signal\.me|line\.me|viber\.com|discord\.gg)\/\S/iu;
const messengerName =
  /\b(?:whats\s?app|telegram|viber|signal|wechat|weixin|skype|line|icq|discord)\b(?:\s(?:id|number|nr|no|numer|numéro|nummer))?\s{0,3}(?:[:：]\s{0,3}\S{3}|[@+]\S{3})/iu;

export function hasContactNumber(text: string): boolean {
  const seen = asSeen(text);
  return (
    messengerLink.test(seen) || messengerName.test(seen) || findPersonalData(seen).some(({ kind }) => kind === 'phone')
  );
}
