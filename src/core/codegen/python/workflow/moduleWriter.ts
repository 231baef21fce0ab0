import type { WorkflowNode } from '../../../workflow/types.ts';
import { bodyOf, withoutFiles } from '../../../workflow/nodes/requestBody.ts';
import { asJson } from '../../../workflow/json.ts';
import { endpointOf, inputOf } from '../../../workflow/trigger.ts';
import { generatorOf, type NodeScope } from '../NodeCodeGenerator.ts';
import { alwaysAnswers, type Block, type Plan, type Step, type Variable } from '../plan/plan.ts';
import { readByNode } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import { printModule, printRevised, type PrintedModule } from '../syntax/print.ts';
import type { Module, Stmt } from '../syntax/tree.ts';
import { AnswerTypes } from './answerTypes.ts';
import { writeBlock } from './blocks.ts';
import type { BlockWriter } from './blockWriter.ts';
import { ModuleConstants } from './constants.ts';
import { InputModels } from './inputModels.ts';
import { checkAfter, checkBefore, mostClasses, typesSayAll } from './inputCheck.ts';
import type { WorkflowNames } from './names.ts';
import { nodeScope } from './nodeScopes.ts';
import { servedInputFunction } from './servedModel.ts';

const reply = py.imported('app.runtime.context', 'Reply');
const context = py.parameter('ctx', py.imported('app.runtime.context', 'ExecutionContext'));

interface WrittenBlock {
  /** Those of each step. */
  readonly ofSteps: readonly (readonly Stmt[])[];
  readonly statements: readonly Stmt[];
}

/**
 * Writes the module of one workflow: its constants, the types of its input and of what models answer, and `run`, which is the
 * graph as control flow. After the edit of a node it keeps the statements of all others, and how they were printed.
 */
export class ModuleWriter implements BlockWriter {
  readonly names: WorkflowNames;
  readonly #inputs: InputModels;
  readonly #answers: AnswerTypes;
  readonly #constants: ModuleConstants;
  readonly #scopes = new Map<string, NodeScope>();
  readonly #written = new Map<Block, WrittenBlock>();
  /** Steps that have to be written again. */
  #stale: ReadonlySet<Step> = new Set();
  #plan: Plan;
  #printed: PrintedModule;

  /** @param isRouted the workflow has a route of its own, and is not only called by others */
  constructor(plan: Plan, names: WorkflowNames, isRouted: boolean) {
    const { method, path, inputSchema } = endpointOf(plan.checked.trigger);
    const isJson = bodyOf(endpointOf(plan.checked.trigger)) === 'json';
    this.#plan = plan;
    this.names = names;
    this.#inputs = new InputModels(names.scope, names.module, isJson, mostClasses(inputSchema));
    this.#answers = new AnswerTypes(names.scope);
    this.#constants = new ModuleConstants(names);
    this.#inputs.addNamed(
      inputSchema,
      names.inputClass,
      'Input',
      isRouted ? `What ${method} ${path} takes.` : 'What the workflow takes.',
      typesSayAll(withoutFiles(inputSchema)) ? [] : [this.#schemaCheck(isJson)],
    );
    this.#printed = printModule(this.#module());
  }

  /** A validator of the input's class, for what its fields cannot say. */
  #schemaCheck(isJson: boolean): Stmt {
    const { trigger } = this.#plan.checked;
    const anything = py.imported('typing', 'Any');
    const annotation = py.subscript(py.name('dict'), py.tuple([py.name('str'), anything]));
    const schema = this.#constants.constant(
      trigger.id,
      'input schema',
      annotation,
      py.literal(asJson(withoutFiles(inputOf(trigger)))),
    );
    return isJson ? checkBefore(schema) : checkAfter(schema);
  }

  get plan(): Plan {
    return this.#plan;
  }

  get printed(): PrintedModule {
    return this.#printed;
  }

  /**
   * Brings the module up to date after edits of nodes.
   * @param plan the same steps, of the edited workflow
   * @param stale the nodes whose statements may be others
   * @returns false when more of the module would change than these; it is of no use then
   */
  revise(plan: Plan, stale: ReadonlySet<string>): boolean {
    const nodes = [...stale];
    // A type that nothing was annotated with would be written by being asked for.
    const given = this.names.scope.size;
    const typesBefore = nodes.map((node) => this.#valueType(node));
    this.#plan = plan;
    this.#scopes.clear();
    if (nodes.length === 0) return true;
    if (nodes.some((node, index) => this.#valueType(node) !== typesBefore[index])) return false;
    const steps = plan.steps();
    this.#stale = new Set(
      nodes.flatMap((node) => [...(steps.get(node)?.around ?? []), ...(steps.get(node)?.own ?? [])]),
    );
    const isRevised = this.#constants.rewrite(() => {
      this.#printed = printRevised(this.#module(), this.#printed);
    });
    return isRevised && this.names.scope.size === given;
  }

  /** What others may say of a node's value. */
  #valueType(id: string): string | undefined {
    const node = this.#plan.checked.graph.nodes.get(id);
    return node && JSON.stringify(generatorOf(node.type).valueType(node, this.scopeOf(node)));
  }

  scopeOf(node: WorkflowNode): NodeScope {
    let scope = this.#scopes.get(node.id);
    if (scope === undefined) {
      scope = nodeScope(this, { inputs: this.#inputs, answers: this.#answers }, this.#constants, node);
      this.#scopes.set(node.id, scope);
    }
    return scope;
  }

  readsOf(node: string): readonly Variable[] {
    return readByNode(this.#plan.checked, node);
  }

  written(block: Block, write: (step: Step, next: Step | undefined) => readonly Stmt[]): readonly Stmt[] {
    let written = this.#written.get(block);
    if (written === undefined) {
      const ofSteps = block.map((step, index) => write(step, block[index + 1]));
      written = { ofSteps, statements: ofSteps.flat() };
    } else {
      for (const step of this.#stale) {
        const index = block.indexOf(step);
        if (index >= 0) written = withStep(written, index, write(step, block[index + 1]));
      }
    }
    this.#written.set(block, written);
    return written.statements;
  }

  #module(): Module {
    const { body, checked } = this.#plan;
    const steps = writeBlock(this, body, new Set());
    const end = alwaysAnswers(body) ? [] : [py.returned(py.call(reply, py.literal(null)))];
    const run = py.asyncDef('run', {
      parameters: [context, py.parameter('inputs', py.name(this.names.inputClass))],
      returns: reply,
      docstring: 'Runs the workflow once, from the input to the reply.',
      body: [...steps, ...end],
    });
    const { name, description } = checked.file;
    const docstring = description === '' ? name : `${name}: ${description}`;
    const looksAhead = this.#inputs.looksAhead || this.#answers.looksAhead;
    const types = [...this.#inputs.statements, ...this.#answers.statements];
    const served = servedInputFunction(checked, this.scopeOf(checked.trigger));
    return py.moduleOf([...this.#constants.statements, ...types, ...served, run], docstring, looksAhead);
  }
}

/** A block with other statements for the step at an index. */
function withStep({ ofSteps, statements }: WrittenBlock, index: number, fresh: readonly Stmt[]): WrittenBlock {
  const old = ofSteps[index] ?? [];
  const revised = ofSteps.with(index, fresh);
  const [first] = old;
  if (first === undefined) return { ofSteps: revised, statements: revised.flat() };
  return { ofSteps: revised, statements: statements.toSpliced(statements.indexOf(first), old.length, ...fresh) };
}
