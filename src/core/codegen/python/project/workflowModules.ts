import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import type { Plan } from '../plan/plan.ts';
import { createScope } from '../syntax/names.ts';
import type { Identifier } from '../syntax/tree.ts';
import { isTaken, takenNames, WorkflowNames } from '../workflow/names.ts';
import { FunctionModules } from './functionModules.ts';
import { takenInRoutes } from './routesModule.ts';

/** A workflow that becomes a module of the project. */
export interface WorkflowModule {
  readonly plan: Plan;
  /** The name of its module in `app/workflows`. */
  readonly module: Identifier;
  /** It has a route of its own, and is not only called by others. */
  readonly isRouted: boolean;
  /** The names in that module. */
  readonly names: WorkflowNames;
}

type Placed = Omit<WorkflowModule, 'names'>;

/** The modules in `app/workflows`: of the workflows with a route, and of those that are only called. */
export interface WorkflowModules {
  readonly routed: readonly WorkflowModule[];
  readonly called: readonly WorkflowModule[];
  /** The modules of functions that they import. */
  readonly functionFiles: readonly GeneratedFile[];
}

/**
 * Names the modules, and what they import. What is the same workflow, whether it was read for itself or for a caller, is one
 * module; two that only share a name are two.
 */
export function workflowModules(plans: readonly Plan[]): WorkflowModules {
  const { routed, called, moduleOf } = placed(plans);
  const callees = ({ plan }: Placed): ReadonlyMap<string, Identifier> =>
    new Map([...plan.calls].map(([node, each]) => [node, moduleOf(each)]));
  // A module that imports a workflow may import a module of functions as well, beside what it imports of the runtime.
  const functionModules = new FunctionModules([
    ...takenNames,
    ...[...routed, ...called].flatMap((each) => [...callees(each).values()]),
  ]);
  const named = (each: Placed): WorkflowModule => {
    const functions = functionModules.importsOf(each.plan.checked);
    return {
      ...each,
      names: new WorkflowNames(each.plan.checked, each.module, { functions, workflows: callees(each) }),
    };
  };
  return { routed: routed.map(named), called: called.map(named), functionFiles: functionModules.files };
}

interface PlacedPlans {
  readonly routed: readonly Placed[];
  readonly called: readonly Placed[];
  readonly moduleOf: (called: Plan) => Identifier;
}

function placed(plans: readonly Plan[]): PlacedPlans {
  const keys = new Keys();
  const called = new Map<string, Plan>();
  const collect = (plan: Plan): void => {
    for (const each of plan.calls.values()) {
      if (called.has(keys.of(each.checked))) continue;
      called.set(keys.of(each.checked), each);
      collect(each);
    }
  };
  for (const plan of plans) collect(plan);
  const names = createScope();
  const modules = new Map<string, Placed>();
  const add = (plan: Plan): Placed => {
    const key = keys.of(plan.checked);
    const { name } = plan.checked.file;
    const base = names.snake(name);
    const isRouted = plans.includes(plan);
    const isClashing = (called.has(key) && isTaken(base)) || (isRouted && takenInRoutes.includes(base));
    const module = isClashing ? names.snake(`${name} workflow`) : base;
    const added = { plan, module, isRouted };
    modules.set(key, added);
    return added;
  };
  const routed = plans.map(add);
  return {
    routed,
    called: [...called].flatMap(([key, plan]) => (modules.has(key) ? [] : [add(plan)])),
    moduleOf: ({ checked }) => {
      const found = modules.get(keys.of(checked));
      if (found === undefined) throw new Error(`The workflow ${checked.file.name} has no module`);
      return found.module;
    },
  };
}

/** What tells workflows apart: their text, that of their functions, and what they call. */
class Keys {
  readonly #known = new Map<CheckedWorkflow, string>();
  readonly #numbers = new Map<string, string>();

  of(checked: CheckedWorkflow): string {
    let key = this.#known.get(checked);
    if (key === undefined) {
      const functions = [...checked.functions].map(([node, { code }]) => [node, code]);
      const calls = [...checked.calls].map(([node, called]) => [node, this.of(called)]);
      const more = functions.length + calls.length === 0 ? '' : JSON.stringify([functions, calls]);
      const content = `${more}\n${checked.text}`;
      key = this.#numbers.get(content) ?? String(this.#numbers.size);
      this.#numbers.set(content, key);
      this.#known.set(checked, key);
    }
    return key;
  }
}
