import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { variableKey, type Variable } from '../plan/plan.ts';
import * as py from '../syntax/build.ts';
import { createScope, identifier, isIdentifier, modulePath, type Scope } from '../syntax/names.ts';
import type { Expr, Identifier } from '../syntax/tree.ts';

/** Names that generated modules import or that `run` takes; nothing of a workflow may be called so. */
const taken = [
  'Annotated',
  'Any',
  'BaseModel',
  'ConfigDict',
  'ExecutionContext',
  'Field',
  'FunctionCall',
  'FunctionSpec',
  'Input',
  'Literal',
  'MISSING',
  'Message',
  'OpenAICompletion',
  'OpenAIConfig',
  'Reply',
  'Tool',
  'as_text',
  'asyncio',
  'complete',
  'complete_with_tools',
  'ctx',
  'equal',
  'first',
  'first_present',
  'get',
  'join',
  'last',
  'length',
  'less',
  'less_equal',
  'lower',
  'plain',
  'present',
  'round_number',
  'run',
  'tasks',
  'to_float',
  'to_int',
  'to_json',
  'trim',
  'upper',
] as const;

/** The Python function behind a `pythonFunction` node, and the module in `app/functions` that has it. */
export interface ImportedFunction {
  readonly module: Identifier;
  readonly name: Identifier;
}

const functionsPackage = modulePath(identifier('app'), identifier('functions'));

/** Every name in one workflow module: made once, unique, and the same on every compilation. */
export class WorkflowNames {
  readonly scope: Scope;
  readonly #variables = new Map<string, Identifier>();
  readonly #derived = { task: new Map<object, Identifier>(), branch: new Map<object, Identifier>() };
  readonly #constants = new Map<string, Identifier>();
  readonly #functions: ReadonlyMap<string, ImportedFunction>;
  readonly #checked: CheckedWorkflow;
  /** Names of functions that alone do not tell which is meant. */
  readonly #ambiguous: ReadonlySet<string>;

  constructor(checked: CheckedWorkflow, functions: ReadonlyMap<string, ImportedFunction>) {
    this.#checked = checked;
    this.#functions = functions;
    this.#ambiguous = ambiguousNames(functions.values());
    const imported = [...functions.values()].map((each) => (this.#ambiguous.has(each.name) ? each.module : each.name));
    this.scope = createScope([...taken, ...imported]);
  }

  /** The function of a node: by its name, or by its module's where the name alone could mean another. */
  functionOf(node: string): Expr {
    const found = this.#functions.get(node);
    if (found === undefined) throw new Error(`No function is known for node ${node}`);
    const { module, name } = found;
    return this.#ambiguous.has(name)
      ? py.attribute(py.imported(functionsPackage, module), name)
      : py.imported(modulePath(functionsPackage, module), name);
  }

  /** The dotted name under which the workflow's module finds that function when it runs. */
  targetOf(node: string, workflow: Identifier): string {
    const found = this.#functions.get(node);
    if (found === undefined) throw new Error(`No function is known for node ${node}`);
    const owner = this.#ambiguous.has(found.name) ? `${functionsPackage}.${found.module}` : `app.workflows.${workflow}`;
    return `${owner}.${found.name}`;
  }

  /** A new name for a constant; `constantOf` finds it again. */
  constant(hint: string): Identifier {
    const name = this.scope.constant(hint);
    this.#constants.set(hint, name);
    return name;
  }

  /** The name of the latest constant that was named after `hint`. */
  constantOf(hint: string): Identifier | undefined {
    return this.#constants.get(hint);
  }

  variable(variable: Variable): Identifier {
    const key = variableKey(variable);
    let name = this.#variables.get(key);
    if (name === undefined) {
      name = this.#newVariable(variable);
      this.#variables.set(key, name);
    }
    return name;
  }

  /** A name for something that belongs to a node, such as the task that runs it; for the same thing the same name. */
  derived(owner: object, node: string, suffix: 'task' | 'branch'): Identifier {
    const known = this.#derived[suffix].get(owner);
    if (known !== undefined) return known;
    const name = this.scope.snake(`${node} ${suffix}`);
    this.#derived[suffix].set(owner, name);
    return name;
  }

  #newVariable({ kind, node }: Variable): Identifier {
    const type = this.#checked.graph.nodes.get(node)?.type;
    if (kind === 'runs') return this.scope.snake(`${node} runs`);
    if (kind === 'way') {
      const hint = type === undefined ? undefined : generatorOf(type).decision?.hint;
      if (hint === undefined) return this.scope.snake(node);
      return !this.scope.has(hint) ? this.scope.snake(hint) : this.scope.snake(`${node} ${hint}`);
    }
    const plain = isIdentifier(node) && this.scope.has(node);
    return this.scope.snake(plain ? `${node} result` : node);
  }
}

/** Names that generated modules need for something else, and those that several modules have. */
function ambiguousNames(functions: Iterable<ImportedFunction>): ReadonlySet<string> {
  const ambiguous = new Set<string>(taken);
  const modules = new Map<string, Identifier>();
  for (const { module, name } of functions) {
    if ((modules.get(name) ?? module) !== module) ambiguous.add(name);
    modules.set(name, module);
  }
  return ambiguous;
}

/** Where each function module of a workflow goes in the project, and under which name each node calls its function. */
export function importFunctions(
  checked: CheckedWorkflow,
  modules: Scope,
): {
  functions: ReadonlyMap<string, ImportedFunction>;
  files: readonly { path: string; content: string }[];
} {
  const functions = new Map<string, ImportedFunction>();
  const moduleOf = new Map<string, Identifier>();
  const files: { path: string; content: string }[] = [];
  for (const [node, { code }] of checked.functions) {
    const config = checked.graph.nodes.get(node)?.config;
    if (config === undefined || !('function' in config) || !isIdentifier(config.function)) {
      throw new Error(`check lets no node ${node} through whose function has no proper name`);
    }
    const source = config.file ?? `inline ${node}`;
    let module = moduleOf.get(source);
    if (module === undefined) {
      module = modules.snake(config.file === undefined ? node : stemOf(config.file));
      moduleOf.set(source, module);
      files.push({ path: `app/functions/${module}.py`, content: code });
    }
    functions.set(node, { module, name: config.function });
  }
  return { functions, files };
}

function stemOf(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1);
  return base.endsWith('.py') ? base.slice(0, -3) : base;
}
