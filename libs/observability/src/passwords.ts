/** `postgres://guichet:secret@db/…`, also where the password holds what it should not. */
const inUrl = /(:\/\/[^\s:@/"'<>]{0,200}):[^\s"'<>]{1,500}@/g;
/** `?password=secret`, and libpq's `password=secret`. */
const inParameter = /\b((?:ssl)?password)=[^\s&"'<>]+/gi;

/** The text without the passwords of the connection strings in it: a driver's error may quote one. */
export const withoutPasswords = (text: string): string =>
  text.replace(inUrl, '$1:[redacted]@').replace(inParameter, '$1=[redacted]');
