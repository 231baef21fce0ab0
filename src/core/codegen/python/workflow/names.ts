import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { NodeType } from '../../../workflow/types.ts';
import { generatorOf, generators, type NodeCodeGenerator } from '../NodeCodeGenerator.ts';
import { durableImports } from '../durable/modules.ts';
import { variableKey, type Variable } from '../plan/plan.ts';
import * as py from '../syntax/build.ts';
import { inputClassOf } from './inputClass.ts';
import { createScope, identifier, isIdentifier, modulePath, type Scope } from '../syntax/names.ts';
import { hasMeaning } from '../syntax/reserved.ts';
import type { Expr, Identifier } from '../syntax/tree.ts';

/** Names that generated modules import or that `run` takes; nothing of a workflow may be called so. */
export const takenNames: readonly string[] = [
  'Annotated',
  'Any',
  'BaseModel',
  'Budget',
  'CachedStep',
  'CompletionOf',
  'ConfigDict',
  'ExecutionContext',
  'Field',
  'FunctionCall',
  'FunctionSpec',
  'Literal',
  'MISSING',
  'McpServer',
  'Message',
  'NotRequired',
  'Omittable',
  'Reply',
  'Retries',
  'Self',
  'Step',
  'StepFailed',
  'StreamedSubWorkflow',
  'SubWorkflow',
  'Tool',
  'TypedDict',
  'UploadedFile',
  'ambient',
  'annotations',
  'arithmetic',
  'as_text',
  'asyncio',
  'call_function',
  'complete_with_tools',
  'conversation',
  'ctx',
  'delay',
  'entry',
  'enumerate',
  'error',
  'equal',
  'escape',
  'failed',
  'first',
  'first_present',
  'fitting',
  'get',
  'inputs',
  'join',
  'last',
  'length',
  'less',
  'less_equal',
  'limited',
  'limits',
  'lists',
  'lower',
  'model_validator',
  'plain',
  'present',
  'round_number',
  'run',
  'suppress',
  'tasks',
  'timed',
  'texts',
  'to_float',
  'to_int',
  'to_json',
  'trim',
  'upper',
  ...durableImports,
  ...Object.values(generators).flatMap(({ imports = [] }: NodeCodeGenerator<NodeType>) => imports),
];

/** The Python function behind a `pythonFunction` node, and the module in `app/functions` that has it. */
export interface ImportedFunction {
  readonly module: Identifier;
  readonly name: Identifier;
}

/** What the modules of a project that a workflow module imports from are called. */
export interface ProjectImports {
  /** By the id of the `pythonFunction` node. */
  readonly functions: ReadonlyMap<string, ImportedFunction>;
  /** The module in `app/workflows` of the called workflow, by the id of the `subWorkflow` node. */
  readonly workflows: ReadonlyMap<string, Identifier>;
}

/** Whether a workflow module could not import a module of that name beside what it imports else. */
export function isTaken(name: string): boolean {
  return takenNames.includes(name);
}

const functionsPackage = modulePath(identifier('app'), identifier('functions'));
const workflowsPackage = modulePath(identifier('app'), identifier('workflows'));

/** Every name in one workflow module: made once, unique, and the same on every compilation. */
export class WorkflowNames {
  readonly scope: Scope;
  readonly #variables = new Map<string, Identifier>();
  readonly #derived = { task: new Map<object, Identifier>(), branch: new Map<object, Identifier>() };
  readonly #ofLoops = new Map<string, Identifier>();
  readonly #locals = new Map<string, Identifier>();
  readonly #imports: ProjectImports;
  readonly #constants = new Map<string, Identifier>();
  readonly #checked: CheckedWorkflow;
  /** Names of functions that alone do not tell which is meant. */
  readonly #ambiguous: ReadonlySet<string>;

  /** The workflow's own module. */
  readonly module: Identifier;
  /** The class of the workflow's input. */
  readonly inputClass: Identifier;

  constructor(checked: CheckedWorkflow, module: Identifier, imports: ProjectImports) {
    this.module = module;
    this.inputClass = inputClassOf(module);
    this.#checked = checked;
    this.#imports = imports;
    this.#ambiguous = ambiguousNames(imports, this.inputClass);
    const functions = [...imports.functions.values()].map((each) =>
      this.#ambiguous.has(each.name) ? each.module : each.name,
    );
    this.scope = createScope([...takenNames, this.inputClass, ...functions, ...imports.workflows.values()]);
  }

  /** The function of a node: by its name, or by its module's where the name alone could mean another. */
  functionOf(node: string): Expr {
    const found = this.#imports.functions.get(node);
    if (found === undefined) throw new Error(`No function is known for node ${node}`);
    const { module, name } = found;
    return this.#ambiguous.has(name)
      ? py.attribute(py.imported(functionsPackage, module), name)
      : py.imported(modulePath(functionsPackage, module), name);
  }

  /** The module of the workflow that a node calls. */
  workflowOf(node: string): Expr {
    return py.imported(workflowsPackage, this.workflowName(node));
  }

  /** The name of that module, after which the constant that stands for the workflow is named. */
  workflowName(node: string): Identifier {
    const module = this.#imports.workflows.get(node);
    if (module === undefined) throw new Error(`No workflow is known for node ${node}`);
    return module;
  }

  /** The dotted name under which the workflow's module finds what a node calls when it runs: a function, a workflow, a request. */
  targetOf(node: string, workflow: Identifier): string {
    const called = this.#imports.workflows.get(node);
    if (called !== undefined) return `app.workflows.${workflow}.${this.constantOf(called)}`;
    const found = this.#imports.functions.get(node);
    const constant = this.constantOf(node);
    if (found === undefined && constant !== undefined) return `app.workflows.${workflow}.${constant}`;
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

  /** A name for what a loop needs beside its item: its body as a function, the result of a round, whether it was the last. */
  ofLoop(node: string, suffix: 'body' | 'result' | 'done'): Identifier {
    const key = `${suffix} ${node}`;
    const name = this.#ofLoops.get(key) ?? this.scope.snake(`${node} ${suffix}`);
    this.#ofLoops.set(key, name);
    return name;
  }

  /** A name for something that a node works out on its way; for the same thing the same name. */
  local(node: string, hint: string): Identifier {
    const key = `${node} ${hint}`;
    const known = this.#locals.get(key);
    if (known !== undefined) return known;
    const name = this.scope.snake(key);
    this.#locals.set(key, name);
    return name;
  }

  /** The name of the variable of a loop in a template; loops that lie in each other have different ones. */
  loopVariable(variable: string): Identifier {
    const known = this.#locals.get(variable);
    if (known !== undefined) return known;
    const name = this.scope.snake(variable);
    this.#locals.set(variable, name);
    return name;
  }

  #newVariable({ kind, node }: Variable): Identifier {
    const type = this.#checked.graph.nodes.get(node)?.type;
    if (kind === 'runs' || kind === 'item' || kind === 'index' || kind === 'error')
      return this.scope.snake(`${node} ${kind}`);
    if (kind === 'way') {
      const hint = type === undefined ? undefined : generatorOf(type).decision?.hint;
      if (hint === undefined) return this.scope.snake(node);
      return !this.scope.has(hint) ? this.scope.snake(hint) : this.scope.snake(`${node} ${hint}`);
    }
    const plain = isIdentifier(node) && this.scope.has(node);
    return this.scope.snake(plain ? `${node} result` : node);
  }
}

/**
 * Names of functions that alone could mean something else: what generated modules need, a builtin, a function of another
 * module, or a module that is imported for such a function.
 */
function ambiguousNames({ functions, workflows }: ProjectImports, inputClass: Identifier): ReadonlySet<string> {
  const ambiguous = new Set<string>([...takenNames, inputClass, ...workflows.values()]);
  const modules = new Map<string, Identifier>();
  for (const { module, name } of functions.values()) {
    if (hasMeaning(name) || (modules.get(name) ?? module) !== module) ambiguous.add(name);
    modules.set(name, module);
  }
  const imported = new Set<string>();
  for (let count = -1; count < imported.size;) {
    count = imported.size;
    for (const { module, name } of functions.values()) {
      if (imported.has(name)) ambiguous.add(name);
      if (ambiguous.has(name)) imported.add(module);
    }
  }
  return ambiguous;
}
