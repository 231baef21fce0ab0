import type { PathExpression } from '../../../../workflow/expressions/syntax.ts';
import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { Json } from '../../../../workflow/json.ts';
import { misfit } from '../../../../workflow/schemaFit.ts';
import type { NodeOf, WorkflowNode } from '../../../../workflow/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleOf } from '../sample.ts';
import { isJsonObject, type Trial } from './trial.ts';

/** Sets the value at a path; undefined where that makes no sense. */
export type SetPath = (trial: Trial, path: PathExpression, value: Json) => Trial | undefined;

/** The node whose finding an expression reads. */
export function validateNodeAt(plan: Plan, { root, segments }: PathExpression): NodeOf<'validate'> | undefined {
  const node = root === 'nodes' ? plan.checked.graph.nodes.get(String(segments[0]?.key)) : undefined;
  return node?.type === 'validate' ? node : undefined;
}

/** What could make a node find that a value fits its schema, or that it does not. */
export function validateMoves(
  node: NodeOf<'validate'>,
  set: SetPath,
): readonly ((trial: Trial) => Trial | undefined)[] {
  const path = checkedPath(node);
  if (path === undefined) return [];
  return [fittingValue(node), ...unfitting(node)].map((value) => (trial) => set(trial, path, value));
}

/** A run in which every value that is held against a schema fits it, as far as each can be set. */
export function fittingEvery(nodes: readonly WorkflowNode[], trial: Trial, set: SetPath): Trial {
  const checking = nodes.filter((node): node is NodeOf<'validate'> => node.type === 'validate');
  // Where both look at one value, that counts without which the run ends.
  const ending = checking.filter(({ config }) => config.onInvalid === 'fail');
  return [...checking, ...ending].reduce((fitting, node) => {
    const path = checkedPath(node);
    return (path && set(fitting, path, fittingValue(node))) ?? fitting;
  }, trial);
}

/** The path of the value that is checked, where it is one. */
function checkedPath({ config: { value } }: NodeOf<'validate'>): PathExpression | undefined {
  const single = value instanceof Template ? value.single : undefined;
  return single?.kind === 'path' ? single : undefined;
}

function fittingValue({ id, config: { schema } }: NodeOf<'validate'>): Json {
  return sampleOf(schema, id, true);
}

/** What fits, but for a key that is needed, or a value of another type. */
function unfitting(node: NodeOf<'validate'>): readonly Json[] {
  const fits = fittingValue(node);
  const keys = isJsonObject(fits) ? Object.entries(fits) : [];
  const lacking = keys.map(([left]) => Object.fromEntries(keys.filter(([key]) => key !== left)));
  const others = keys.flatMap(([key]) =>
    [null, -1, '', []].map((value) => ({ ...Object.fromEntries(keys), [key]: value })),
  );
  return [...lacking, ...others, {}, [], '', 'text', -1, null].filter(
    (value) => misfit(value, node.config.schema) !== undefined,
  );
}
