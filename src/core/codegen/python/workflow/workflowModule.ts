import type { WorkflowNode } from '../../../workflow/types.ts';
import { alwaysAnswers, type Plan, type Variable } from '../plan/plan.ts';
import { readByNode } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import { printModule, type PrintedModule } from '../syntax/print.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import { AnswerTypes } from './answerTypes.ts';
import { writeBlock, type BlockWriter } from './blocks.ts';
import { InputModels } from './inputModels.ts';
import type { WorkflowNames } from './names.ts';
import { nodeScope, type Constants } from './nodeScopes.ts';

/** The module of one workflow: its constants, the types of its input and of what models answer, and `run`, which is the graph as control flow. */
export function writeWorkflowModule(plan: Plan, names: WorkflowNames): PrintedModule {
  const { checked } = plan;
  const { method, path, inputSchema } = checked.trigger.config;
  const isBody = method !== 'GET' && method !== 'DELETE';
  const inputs = new InputModels(names.scope, isBody);
  const answers = new AnswerTypes(names.scope);
  inputs.addNamed(inputSchema, py.identifier('Input'), 'Input', `What ${method} ${path} takes.`);
  const constants = new ModuleConstants(names);
  const scopes = new Map<string, ReturnType<typeof nodeScope>>();
  const writer: BlockWriter = {
    plan,
    names,
    scopeOf: (node: WorkflowNode) => {
      let scope = scopes.get(node.id);
      if (scope === undefined) {
        scope = nodeScope(writer, { inputs, answers }, constants, node);
        scopes.set(node.id, scope);
      }
      return scope;
    },
    readsOf: (id: string): readonly Variable[] => readByNode(checked, id),
  };
  const body = writeBlock(writer, plan.body, new Set());
  const reply = py.imported('app.runtime.reply', 'Reply');
  const end = alwaysAnswers(plan.body) ? [] : [py.returned(py.call(reply, py.literal(null)))];
  const run = py.asyncDef('run', {
    parameters: [
      py.parameter('ctx', py.imported('app.runtime.context', 'ExecutionContext')),
      py.parameter('input', py.name('Input')),
    ],
    returns: reply,
    docstring: 'Runs the workflow once, from the input to the reply.',
    body: [...body, ...end],
  });
  const { name, description } = checked.file;
  const docstring = description === '' ? name : `${name}: ${description}`;
  return printModule(
    py.moduleOf([...constants.statements, ...inputs.statements, ...answers.statements, run], docstring),
  );
}

class ModuleConstants implements Constants {
  readonly statements: Stmt[] = [];
  readonly #names: WorkflowNames;
  /** By hint; mostly one. */
  readonly #known = new Map<string, { readonly name: Expr; readonly value: Expr }[]>();

  constructor(names: WorkflowNames) {
    this.#names = names;
  }

  constant(hint: string, annotation: Expr | undefined, value: Expr): Expr {
    const alike = this.#known.get(hint) ?? [];
    const text = alike.length === 0 ? '' : JSON.stringify(value);
    const known = alike.find((each) => JSON.stringify(each.value) === text);
    if (known !== undefined) return known.name;
    const name = py.name(this.#names.constant(hint));
    alike.push({ name, value });
    this.#known.set(hint, alike);
    this.statements.push(py.assign(name, value, annotation && { annotation }));
    return name;
  }
}
