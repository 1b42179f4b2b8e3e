/** Puts a switch at each place of a rule that decides: what `&&`, `||` and `??` join, what `if` asks, lists, tables, edges. */
import ts from 'typescript';

type Thunk = () => unknown;
export type Switches = {
  pick: (id: number, operator: string, left: Thunk, right: Thunk) => unknown;
  decide: (id: number, condition: Thunk) => unknown;
  list: (id: number, items: unknown[]) => unknown[];
  table: (id: number, fields: object) => object;
  quantify: (id: number, method: 'every' | 'some', items: unknown[], holds: (item: unknown) => boolean) => boolean;
  compare: (id: number, operator: string, left: number, right: number) => boolean;
};

/** Notes what may be switched at a line, and gives the number of the first; `undefined` is for what nobody could notice. */
type Register = (line: number, whats: readonly (string | undefined)[]) => number;
type Making = {
  /** A call of the switch, for changes that are called `whats`. */
  call: (method: keyof Switches, whats: readonly (string | undefined)[], ...rest: ts.Expression[]) => ts.Expression;
  textOf: (part: ts.Node) => string;
};
/** `node` has switches inside already; `original` is as it was written. */
type Switcher<Node extends ts.Node> = (node: Node, original: Node, making: Making) => ts.Node | undefined;

const make = ts.factory;

export const withSwitches =
  (register: Register): ts.TransformerFactory<ts.SourceFile> =>
  (context) =>
  (source) => {
    const textOf = (part: ts.Node): string => part.getText(source).replaceAll(/\s+/g, ' ').slice(0, 100);
    const visit = (original: ts.Node): ts.Node => {
      const node = ts.visitEachChild(original, visit, context);
      const { line } = source.getLineAndCharacterOfPosition(original.getStart(source));
      const call: Making['call'] = (method, whats, ...rest) => {
        const callee = make.createPropertyAccessExpression(make.createIdentifier('$'), method);
        return make.createCallExpression(callee, undefined, [
          make.createNumericLiteral(register(line + 1, whats)),
          ...rest,
        ]);
      };
      return switchers[original.kind]?.(node as never, original as never, { call, textOf }) ?? node;
    };
    return ts.visitNode(source, visit) as ts.SourceFile;
  };

const thunk = (body: ts.Expression): ts.Expression =>
  make.createArrowFunction(undefined, undefined, [], undefined, undefined, make.createParenthesizedExpression(body));

/** Messages are no conditions. */
const isMessage = (part: ts.Node): boolean => ts.isStringLiteralLike(part) || ts.isTemplateExpression(part);

const binary: Switcher<ts.BinaryExpression> = (node, original, { call, textOf }) => {
  const operator = ts.tokenToString(node.operatorToken.kind) ?? '';
  const [left, right] = [textOf(original.left), textOf(original.right)];
  const word = make.createStringLiteral(operator);
  if (['<', '<=', '>', '>='].includes(operator))
    return call('compare', [`${left} ${operator} ${right}, at its edge`], word, node.left, node.right);
  if (!['&&', '||', '??'].includes(operator)) return undefined;
  const whats = [`without ${left}`, isMessage(original.right) ? undefined : `without ${right}`];
  return call('pick', whats, word, thunk(node.left), thunk(node.right));
};

const decided = (condition: ts.Expression, original: ts.Expression, { call, textOf }: Making): ts.Expression =>
  call('decide', [`always ${textOf(original)}`, `never ${textOf(original)}`], thunk(condition));

const choice: Switcher<ts.ConditionalExpression> = (node, original, making) =>
  make.createConditionalExpression(
    decided(node.condition, original.condition, making),
    undefined,
    node.whenTrue,
    undefined,
    node.whenFalse,
  );

const branch: Switcher<ts.IfStatement> = (node, original, making) =>
  make.createIfStatement(decided(node.expression, original.expression, making), node.thenStatement, node.elseStatement);

/** Of texts: whatever else stands in a list is there for more than to be compared with. */
const list: Switcher<ts.ArrayLiteralExpression> = (node, { elements }, { call, textOf }) => {
  const isOfTexts = elements.length > 0 && elements.every((element) => ts.isStringLiteral(element));
  const whats = elements.map((element) => `without ${textOf(element)}`);
  return isOfTexts ? call('list', whats, node) : undefined;
};

/** At the top of a file. */
const table: Switcher<ts.VariableDeclaration> = (node, { initializer, parent }, { call, textOf }) => {
  const isTop = ts.isVariableStatement(parent.parent) && ts.isSourceFile(parent.parent.parent);
  if (!isTop || !initializer || !ts.isObjectLiteralExpression(initializer)) return undefined;
  const whats = initializer.properties.map((property) => `without ${textOf(property)}`);
  const switched = call('table', whats, node.initializer as ts.Expression);
  return make.updateVariableDeclaration(node, node.name, node.exclamationToken, node.type, switched);
};

const quantifier: Switcher<ts.CallExpression> = (node, original, { call, textOf }) => {
  const { expression: callee } = node;
  if (!ts.isPropertyAccessExpression(callee) || callee.questionDotToken) return undefined;
  const method = callee.name.text;
  if (!['every', 'some'].includes(method)) return undefined;
  const what = `the other of every and some: ${textOf(original)}`;
  return call('quantify', [what], make.createStringLiteral(method), callee.expression, ...node.arguments);
};

const switchers: Partial<Record<ts.SyntaxKind, Switcher<never>>> = {
  [ts.SyntaxKind.BinaryExpression]: binary,
  [ts.SyntaxKind.ConditionalExpression]: choice,
  [ts.SyntaxKind.IfStatement]: branch,
  [ts.SyntaxKind.ArrayLiteralExpression]: list,
  [ts.SyntaxKind.VariableDeclaration]: table,
  [ts.SyntaxKind.CallExpression]: quantifier,
};
