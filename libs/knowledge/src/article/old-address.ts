/** Addresses that articles had elsewhere. Pure. */

/** What an address's path looks like: from the first slash on, without query and fragment. */
export const addressPattern = /^\/[^?#]*$/;

/** One form of those that lead to the same place: without slashes at the end. */
export const addressForm = (path: string): string => path.replace(/(?<=.)\/+$/, '');
