import { parser } from '@lezer/python';

import type { PythonParameter, PythonSignature } from '../checked.ts';
import { docstringOf } from './docstring.ts';

type Tree = ReturnType<typeof parser.parse>;
type SyntaxNode = Tree['topNode'];

/** What can be read from a Python module without running it. */
export class PythonModule {
  readonly code: string;
  readonly #tree: Tree;
  readonly #functions: readonly { readonly name: string; readonly node: SyntaxNode }[];

  constructor(code: string) {
    this.code = code;
    this.#tree = parser.parse(code);
    this.#functions = topLevelFunctions(code, this.#tree.topNode);
  }

  /** The names of the functions at the top level, in order, each once. */
  get functionNames(): readonly string[] {
    return [...new Set(this.#functions.map(({ name }) => name))];
  }

  /** What its imports look for first, each once: `a` of `import a.b`, `from a import b` and `from . import a`. */
  get importedNames(): readonly string[] {
    const names = new Set<string>();
    const cursor = this.#tree.cursor();
    do {
      if (cursor.name !== 'ImportStatement') continue;
      for (const { from, to } of firstNames(childrenOf(cursor.node).filter(({ name }) => name !== 'Comment')))
        names.add(this.code.slice(from, to));
    } while (cursor.next());
    return [...names];
  }

  /** Where the grammar does not accept the code first, as an offset; undefined when it does. */
  get syntaxProblem(): number | undefined {
    const cursor = this.#tree.cursor();
    do {
      if (cursor.type.isError) return cursor.from;
    } while (cursor.next());
    return undefined;
  }

  /**
   * The signature of a function: of its last definition at the top level, which is the one that counts in Python
   * (`@overload`s come before it). Definitions in a top-level `if`, `try` or `with` count too.
   */
  signatureOf(name: string): PythonSignature | undefined {
    const definition = this.#functions.findLast((candidate) => candidate.name === name)?.node;
    if (definition === undefined) return undefined;
    const children = childrenOf(definition);
    const list = children.find((child) => child.name === 'ParamList');
    const body = children.find((child) => child.name === 'Body');
    // What a decorator makes of a function may give something else.
    const isDecorated = definition.parent?.name === 'DecoratedStatement';
    const returns = isDecorated ? undefined : children.find((child) => child.name === 'TypeDef');
    return {
      isAsync: children.some((child) => child.name === 'async'),
      docstring: body === undefined ? undefined : docstring(this.code, body),
      parameters: list === undefined ? [] : parametersOf(this.code, list),
      returns: returns && this.code.slice(returns.from, returns.to).replace('->', '').trim(),
    };
  }
}

/** Reads the signature of a function without running anything; undefined when the module has no such function. */
export function pythonSignature(code: string, functionName: string): PythonSignature | undefined {
  return new PythonModule(code).signatureOf(functionName);
}

/** The first name of a `from`, or of each part of a list; nothing of what lies further up than beside the module. */
function firstNames(statement: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const start = statement.findIndex(({ name }) => name === 'import');
  const origin = statement[0]?.name === 'from' ? statement.slice(1, start) : [];
  const module = origin.find(({ name }) => name === 'VariableName');
  const dots = module === undefined ? origin.length : origin.indexOf(module);
  if (dots > 1) return [];
  if (module !== undefined) return [module];
  return statement.filter(
    ({ name }, index) => name === 'VariableName' && ['import', ',', '('].includes(statement[index - 1]?.name ?? ''),
  );
}

const compound = new Set(['IfStatement', 'TryStatement', 'WithStatement', 'Body', 'DecoratedStatement']);

function topLevelFunctions(
  code: string,
  top: SyntaxNode,
): readonly { readonly name: string; readonly node: SyntaxNode }[] {
  const found: { name: string; node: SyntaxNode }[] = [];
  const visit = (node: SyntaxNode): void => {
    for (const child of childrenOf(node)) {
      if (compound.has(child.name)) visit(child);
      if (child.name !== 'FunctionDefinition') continue;
      const name = child.getChild('VariableName');
      if (name !== null) found.push({ name: code.slice(name.from, name.to), node: child });
    }
  };
  visit(top);
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
      for (const [index, parameter] of parameters.entries())
        parameters[index] = { ...parameter, kind: 'positionalOnly' };
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
        annotation:
          annotation === undefined ? undefined : code.slice(annotation.from, annotation.to).replace(':', '').trim(),
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
