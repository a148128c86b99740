/** Finds lists of services that are written out, where the table of services should be read. */
import ts from 'typescript';

export interface Written {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Files that are parsed; in any other, lines are searched. */
const parsed = /\.[cm]?[jt]s$/;

/**
 * What in a file enumerates two services or more: an array, a tuple, a union or a pattern of their names (or of things
 * that begin with their names); or an object that has a key for three services or more, unless it is said to be an
 * `EveryService`, which does not compile while a service is missing.
 */
export function writtenLists(file: string, text: string, names: readonly string[]): readonly Written[] {
  const inText = namesInARow(names);
  if (parsed.test(file)) return inSource(file, text, names, inText);
  return text.split('\n').flatMap((line, i) => (inText.test(line) ? [{ line: i + 1, text: line.trim() }] : []));
}

/** `a|b`, `{a,b}`, `"a", "b"`, `a and b`: names with nothing but punctuation between them. */
function namesInARow(names: readonly string[]): RegExp {
  const name = `(?:${names.join('|')})`;
  return new RegExp(`(?<![\\w-])${name}["'\`)]?\\s*(?:[,|]|\\b(?:and|or)\\b)\\s*["'\`(]?${name}(?![\\w-])`);
}

function inSource(file: string, text: string, names: readonly string[], inText: RegExp): readonly Written[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Written[] = [];
  const visit = (node: ts.Node): void => {
    const { count, least } = enumerated(node, names);
    if (count >= least || (isText(node) && inText.test(node.text))) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ line, text: node.getText(source).replaceAll(/\s+/g, ' ').slice(0, 100) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** How many services a node enumerates, and from how many on it is a list of services. */
function enumerated(node: ts.Node, names: readonly string[]): { readonly count: number; readonly least: number } {
  const distinct = (values: readonly (string | undefined)[]) =>
    new Set(values.filter((value) => value !== undefined && names.includes(value))).size;
  if (ts.isArrayLiteralExpression(node) || ts.isTupleTypeNode(node))
    return { count: distinct(node.elements.map(firstText)), least: 2 };
  if (ts.isUnionTypeNode(node)) return { count: distinct(node.types.map(firstText)), least: 2 };
  if (ts.isObjectLiteralExpression(node) && !isSaidToBeOfServices(node))
    return { count: distinct(node.properties.map(({ name }) => (name ? keyOf(name) : undefined))), least: 3 };
  return { count: 0, least: 1 };
}

/** What an element begins with: itself, or the first text of an object or a list. */
function firstText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isLiteralTypeNode(node)) return firstText(node.literal);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return firstText(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements[0] && firstText(node.elements[0]);
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const [first] = node.properties;
  return first && ts.isPropertyAssignment(first) ? firstText(first.initializer) : undefined;
}

const keyOf = (name: ts.PropertyName): string | undefined =>
  ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;

function isSaidToBeOfServices({ parent }: ts.ObjectLiteralExpression): boolean {
  const said = ts.isSatisfiesExpression(parent) || ts.isVariableDeclaration(parent) ? parent.type : undefined;
  return said?.getText().includes('EveryService<') ?? false;
}

type Text = ts.Node & { readonly text: string };

const isText = (node: ts.Node): node is Text =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node) ||
  ts.isRegularExpressionLiteral(node);
