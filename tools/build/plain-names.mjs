/** Function names as the language gives them, where the bundler gives them again. */
import ts from 'typescript';

const { SyntaxKind } = ts;

/** `__name(function, "name")`: what the bundler writes so that what it renames keeps its name. */
function namingOf(node) {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== '__name')
    return undefined;
  const [named, name] = node.arguments;
  return name && ts.isStringLiteral(name) ? { node, named, name: name.text } : undefined;
}

const textOf = (name) => (ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined);

/** The name that the language gives to a nameless function in this place. */
function nameFrom(place, node) {
  const isDefinition = ts.isVariableDeclaration(place) || ts.isPropertyDeclaration(place);
  const isDefault = ts.isParameter(place) || ts.isBindingElement(place);
  if ((isDefinition || isDefault) && place.initializer === node) return textOf(place.name);
  // `__proto__: …` sets the prototype, and gives no name.
  if (ts.isPropertyAssignment(place)) return textOf(place.name) === '__proto__' ? undefined : textOf(place.name);
  const isAssignment = ts.isBinaryExpression(place) && place.operatorToken.kind === SyntaxKind.EqualsToken;
  return isAssignment && place.right === node && ts.isIdentifier(place.left) ? place.left.text : undefined;
}

function isNeedless({ node, named, name }, place) {
  if (ts.isArrowFunction(named)) return nameFrom(place, node) === name;
  if (ts.isFunctionExpression(named)) return (named.name?.text ?? nameFrom(place, node)) === name;
  // `function f() {…} __name(f, "f");`
  return ts.isIdentifier(named) && ts.isExpressionStatement(place) && named.text === name;
}

/**
 * The bundle without those calls that change nothing. A call is made each time a function comes into being, in a
 * program that works with callbacks a twentieth of its time. Only spaces come in their place, so that every other
 * character stays where the source map has it.
 */
export function withPlainNames(code) {
  const parts = [];
  let end = 0;
  const blank = (from, to) => {
    parts.push(code.slice(end, from), ' '.repeat(to - from));
    end = to;
  };
  const visit = (node, place) => {
    const naming = namingOf(node);
    if (!naming || !isNeedless(naming, place)) return ts.forEachChild(node, (child) => visit(child, node));
    const [start, { named }] = [node.getStart(file), naming];
    if (ts.isIdentifier(named)) return blank(start, node.end);
    blank(start, named.getStart(file));
    ts.forEachChild(named, (child) => visit(child, named));
    blank(named.end, node.end);
  };
  const file = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  visit(file);
  return [...parts, code.slice(end)].join('');
}
