/** Which licences dependencies may have: those that ask for no more than their text being kept. */
const allowed = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'Python-2.0'],
  'Unlicense',
]);

/** Looked at one by one; none is part of what is deployed. */
const exceptions = {
  'caniuse-lite': 'CC-BY-4.0', // data about browsers, read by the build
  jsonify: 'Public Domain', // of the workspace's tools
};

/** The licence of a package.json, as SPDX or as old packages write it. */
export const licenceOf = ({ license, licenses }) =>
  license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ');

/** An SPDX expression: one of an OR, all of an AND. Nested brackets are not understood, and so not allowed. */
export function isAllowed(expression) {
  if (typeof expression !== 'string') return false;
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' AND ')) return plain.split(' AND ').every((part) => allowed.has(part));
  return plain.split(' OR ').some((part) => allowed.has(part));
}

export const refusedPackages = (packages) =>
  packages.filter(
    ({ name, licence, dev }) => !isAllowed(licence) && !(dev && licence !== undefined && exceptions[name] === licence),
  );
