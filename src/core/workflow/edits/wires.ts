import type { Handle, NodeDefinition } from '../nodes/definition.ts';
import * as handles from '../nodes/handles.ts';
import { registry } from '../nodes/registry.ts';
import type { Drawing, DrawnNode } from './drawing.ts';
import type { Wire } from './result.ts';

/** A drawn node as far as its handles hang on it. */
export type HandledDrawing = Pick<DrawnNode, 'known' | 'step'> & Partial<Pick<DrawnNode, 'config'>>;

/** An output handle. */
export interface Output extends Handle {
  /** A model asks for calls of tools there. */
  readonly callsTools: boolean;
}

/**
 * Why an edge could not be drawn, in words for the pointer; undefined when it can be.
 * @param replacing the index of an edge that it takes the place of
 */
export function whyNotConnect(drawing: Drawing, wire: Wire, replacing?: number): string | undefined {
  const { source, sourceHandle, target, targetHandle } = wire;
  const [from, to] = [nodeOf(drawing, source), nodeOf(drawing, target)];
  if (from === undefined || to === undefined) return `There is no node ${from === undefined ? source : target}.`;
  if (from.known === undefined || to.known === undefined)
    return `${(from.known === undefined ? from : to).id} has a type that is not known.`;
  const isResult = endsBody(to, targetHandle);
  if (source === target && !isResult) return 'A node cannot wait for itself.';
  const [outputs, inputs] = [outputsOf(from), inputsOf(to)];
  if (inputs.length === 0) return `${target} starts the run; nothing comes before it.`;
  if (outputs.length === 0) return `${source} answers the caller; nothing comes after it.`;
  const output = outputs.find(({ id }) => id === sourceHandle);
  const input = inputs.find(({ id }) => id === targetHandle);
  if (output === undefined) return `${source} has no output ${sourceHandle}.`;
  if (input === undefined) return `${target} has no input ${targetHandle}.`;
  const mismatch = whyNotFit(output, input);
  if (mismatch !== undefined) return mismatch;
  const others = drawing.edges.filter(({ index }) => index !== replacing).map((edge) => edge.wire);
  if (others.some((other) => isSameWire(other, wire))) return 'These two are connected already.';
  if (isResult && others.some((other) => other.target === target && other.targetHandle === targetHandle))
    return `The body of ${target} ends in one node already; bring the ways together before.`;
  const isTool = input.offers === 'tool';
  const calls = new ToolCalls(drawing, others);
  if (!isTool && calls.isOnlyTool(source))
    return `${source} runs only when a model calls it; its result goes back to the model.`;
  if (isTool && calls.leadsOn(target) && !calls.isStep(target))
    return `${target} leads on to other nodes, but the result of a tool goes back to its model.`;
  if (!isTool && !isResult && leadsTo(drawing, others, target, source))
    return `${target} comes before ${source}: the run would go in a circle.`;
  return undefined;
}

/** Why a handle cannot be connected to another, whatever their nodes are. */
function whyNotFit(output: Output, input: Handle): string | undefined {
  if (output.type === 'stream' && input.type !== 'stream') return 'A stream goes into an input that takes streams.';
  if (output.type !== 'stream' && input.type === 'stream') return `${input.name} takes a stream, and this is none.`;
  if (input.offers === 'tool' && !output.callsTools)
    return 'Only a model calls tools: begin at the output at which it asks for calls.';
  return undefined;
}

/** The inputs of a node that fit an output of another, the most natural first. */
export function inputsFor(output: Output, inputs: readonly Handle[]): readonly Handle[] {
  const fitting = inputs.filter((input) => whyNotFit(output, input) === undefined);
  // What a model can call is offered to it rather than run after it.
  return !output.callsTools
    ? fitting
    : fitting.toSorted((a, b) => Number(b.offers === 'tool') - Number(a.offers === 'tool'));
}

/** The outputs of a node that fit an input of another, the most natural first. */
export function outputsFor(input: Handle, outputs: readonly Output[]): readonly Output[] {
  return outputs.filter((output) => whyNotFit(output, input) === undefined);
}

export function inputsOf({ known }: Pick<DrawnNode, 'known'>): readonly Handle[] {
  return known === undefined ? [] : handles.inputsOf({ type: known });
}

/** A new node may have no config yet. */
export function outputsOf({ known, config = {}, step }: HandledDrawing): readonly Output[] {
  if (known === undefined) return [];
  const { callsAt }: NodeDefinition = registry[known];
  return handles
    .outputsOf({ type: known, config, step })
    .map((output) => ({ ...output, callsTools: output.id === callsAt }));
}

export function isSameWire(one: Wire, other: Wire): boolean {
  return (
    one.source === other.source &&
    one.sourceHandle === other.sourceHandle &&
    one.target === other.target &&
    one.targetHandle === other.targetHandle
  );
}

function nodeOf(drawing: Drawing, id: string): DrawnNode | undefined {
  return drawing.nodes.find((node) => node.id === id);
}

/** Which nodes are offered to models, and which are steps of a run. */
class ToolCalls {
  readonly #offered = new Set<string>();
  readonly #reached = new Set<string>();
  readonly #left = new Set<string>();

  constructor(drawing: Drawing, wires: readonly Wire[]) {
    const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
    for (const { source, target, targetHandle } of wires) {
      const to = nodes.get(target);
      if (to !== undefined && offersTool(to, targetHandle)) this.#offered.add(target);
      else {
        this.#left.add(source);
        this.#reached.add(target);
      }
    }
  }

  isStep(id: string): boolean {
    return this.#reached.has(id);
  }

  isOnlyTool(id: string): boolean {
    return this.#offered.has(id) && !this.#reached.has(id);
  }

  leadsOn(id: string): boolean {
    return this.#left.has(id);
  }
}

/** Whether an input of a node is one at which it is offered as a tool. */
export function offersTool(node: Pick<DrawnNode, 'known'>, handle: string): boolean {
  return inputsOf(node).some(({ id, offers }) => id === handle && offers === 'tool');
}

/** Whether a body that runs again and again ends at an input: an edge into it leads back. */
export function endsBody({ known }: Pick<DrawnNode, 'known'>, handle: string): boolean {
  const definition: NodeDefinition | undefined = known && registry[known];
  return definition?.body?.ends === handle;
}

/** Whether edges lead from one node to another, without going back. Tools are called, not led to. */
function leadsTo(drawing: Drawing, wires: readonly Wire[], start: string, end: string): boolean {
  const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
  const next = new Map<string, string[]>();
  for (const { source, target, targetHandle } of wires) {
    const to = nodes.get(target);
    if (to === undefined || !(offersTool(to, targetHandle) || endsBody(to, targetHandle)))
      next.set(source, [...(next.get(source) ?? []), target]);
  }
  const found = new Set([start]);
  for (const id of found) for (const target of next.get(id) ?? []) found.add(target);
  return found.has(end);
}
