import { isModelNode, type CheckedWorkflow } from '../../../core/workflow/index.ts';
import { asksElsewhere } from '../../../core/workflow/nodes/asksElsewhere.ts';
import type { Pin, ToldAnswer } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import { nodeAt } from './nodePaths.ts';
import { saidFor, type Said } from './wire/index.ts';

/** What pins tell: models what to say, and other nodes that ask somebody what to give. */
export interface PinnedValues {
  readonly said: ReadonlyMap<string, Said>;
  readonly standIns: ReadonlyMap<string, readonly ToldAnswer[]>;
  /** Pins of nodes that are not there any more. */
  readonly unknown: readonly string[];
}

/** Refuses a pin of a node that asks nobody. */
export function pinnedValues(checked: CheckedWorkflow, pins: readonly Pin[]): PinnedValues {
  const said = new Map<string, Said>();
  const standIns = new Map<string, readonly ToldAnswer[]>();
  const unknown: string[] = [];
  for (const { node: path, value } of pins) {
    const node = nodeAt(checked, path);
    if (node === undefined) unknown.push(path);
    else if (isModelNode(node)) said.set(path, saidFor(value));
    else if (asksElsewhere(node.type)) standIns.set(path, [{ result: value }]);
    else throw cannotPin(path);
  }
  return { said, standIns, unknown };
}

function cannotPin(node: string): RefusedRequest {
  return new RefusedRequest(422, {
    code: 'cannot_pin',
    message: `\`${node}\` cannot be pinned: it works its output out of its inputs alone.`,
    hint: 'Pin the model, function, request or called workflow that it reads.',
  });
}
