import { parser } from '@lezer/python';

import type { PythonParameter, PythonSignature } from '../checked.ts';
import { docstringOf } from './docstring.ts';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/**
 * Reads the signature of a function without running anything: of its last definition at the top level of the module,
 * which is the one that counts in Python (`@overload`s come before it). Definitions in a top-level `if`, `try` or `with`
 * count too.
 * @returns undefined when there is no such function
 */
export function pythonSignature(code: string, functionName: string): PythonSignature | undefined {
  const definition = topLevelFunctions(code).findLast(({ name }) => name === functionName)?.node;
  if (definition === undefined) return undefined;
  const children = childrenOf(definition);
  const list = children.find((child) => child.name === 'ParamList');
  const body = children.find((child) => child.name === 'Body');
  return {
    isAsync: children.some((child) => child.name === 'async'),
    docstring: body === undefined ? undefined : docstring(code, body),
    parameters: list === undefined ? [] : parametersOf(code, list),
  };
}

/** The names of the functions at the top level of a module, in order, each once. */
export function pythonFunctionNames(code: string): readonly string[] {
  return [...new Set(topLevelFunctions(code).map(({ name }) => name))];
}

/** Where the grammar does not accept the code first, or undefined. */
export function pythonSyntaxProblem(code: string): { readonly offset: number } | undefined {
  const cursor = parser.parse(code).cursor();
  do {
    if (cursor.type.isError) return { offset: cursor.from };
  } while (cursor.next());
  return undefined;
}

const compound = new Set(['IfStatement', 'TryStatement', 'WithStatement', 'Body', 'DecoratedStatement']);

function topLevelFunctions(code: string): readonly { readonly name: string; readonly node: SyntaxNode }[] {
  const found: { name: string; node: SyntaxNode }[] = [];
  const visit = (node: SyntaxNode): void => {
    for (const child of childrenOf(node)) {
      if (compound.has(child.name)) visit(child);
      if (child.name !== 'FunctionDefinition') continue;
      const name = child.getChild('VariableName');
      if (name !== null) found.push({ name: code.slice(name.from, name.to), node: child });
    }
  };
  visit(parser.parse(code).topNode);
  return found;
}

function docstring(code: string, body: SyntaxNode): string | undefined {
  const first = childrenOf(body).find((child) => child.name !== ':' && child.name !== 'Comment');
  const text = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  const isText = text?.name === 'String' || text?.name === 'ContinuedString';
  return text === null || !isText ? undefined : docstringOf(code.slice(text.from, text.to));
}

function parametersOf(code: string, list: SyntaxNode): readonly PythonParameter[] {
  const parameters: PythonParameter[] = [];
  let keywordOnly = false;
  for (const { nodes, text } of entriesOf(code, list)) {
    // The grammar gives the `/` no node of its own.
    if (text === '/') {
      for (const [index, parameter] of parameters.entries()) parameters[index] = { ...parameter, kind: 'positionalOnly' };
      continue;
    }
    const name = nodes.find((node) => node.name === 'VariableName');
    const stars = nodes.find((node) => node.name === '*' || node.name === '**')?.name;
    if (name !== undefined) {
      const plain = keywordOnly ? 'keywordOnly' : 'positionalOrKeyword';
      const annotation = nodes.find((node) => node.name === 'TypeDef');
      parameters.push({
        name: code.slice(name.from, name.to),
        kind: stars === '**' ? 'keywordVariadic' : stars === '*' ? 'variadic' : plain,
        annotation: annotation === undefined ? undefined : code.slice(annotation.from, annotation.to).replace(':', '').trim(),
        hasDefault: nodes.some((node) => node.name === 'AssignOp'),
      });
    }
    if (stars === '*') keywordOnly = true;
  }
  return parameters;
}

interface ListEntry {
  readonly nodes: readonly SyntaxNode[];
  /** As it is written, without comments and white space around it. */
  readonly text: string;
}

/** What stands between the commas of a parameter list. */
function entriesOf(code: string, list: SyntaxNode): readonly ListEntry[] {
  const entries: ListEntry[] = [];
  let nodes: SyntaxNode[] = [];
  let text = '';
  let from = list.from;
  for (const child of childrenOf(list)) {
    text += code.slice(from, child.from);
    from = child.to;
    if (child.name === ',' || child.name === ')') {
      entries.push({ nodes, text: text.trim() });
      nodes = [];
      text = '';
    } else if (child.name !== '(' && child.name !== 'Comment') {
      nodes.push(child);
      text += code.slice(child.from, child.to);
    }
  }
  return entries;
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}
