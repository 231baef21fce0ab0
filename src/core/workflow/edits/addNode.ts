import type { Json } from '../json.ts';
import { isNodeId, takeId } from '../nodeId.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { TextEdit } from '../source/range.ts';
import type { NodeType } from '../types.ts';
import { edgeOf, type Drawing, type DrawnEdge, type DrawnNode } from './drawing.ts';
import { EditedFile } from './editedFile.ts';
import { rewireEdits } from './connect.ts';
import { idOfType, takenIds } from './ids.ts';
import { placeFor, rounded } from './placement.ts';
import { refused, type EditResult, type Point, type Refused, type Wire } from './result.ts';
import { newConfigOf, surroundingsOf } from './surroundings.ts';
import { inputsFor, inputsOf, offersTool, outputsFor, outputsOf, whyNotConnect } from './wires.ts';

export interface NewNode {
  readonly type: NodeType;
  readonly position?: Point;
  readonly id?: string;
  readonly config?: { readonly [key: string]: Json };
  /** The model that it asks instead of the usual one, where it asks one. */
  readonly model?: string | undefined;
  /** An output that is to lead to it. */
  readonly from?: Pick<Wire, 'source' | 'sourceHandle'>;
  /** An input that it is to lead to. */
  readonly to?: Pick<Wire, 'target' | 'targetHandle'>;
  /** The index of an edge that it is to stand on. */
  readonly onEdge?: number;
}

/** Adds a node: by itself, connected to an output or an input, or on an edge, which then leads through it. */
export function addNode(text: string, given: NewNode): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const { drawing } = file;
  const taken = takenIds(drawing);
  if (given.id !== undefined && !isNodeId(given.id)) return refused(`${given.id} cannot be the id of a node.`);
  if (given.id !== undefined && taken.has(given.id)) return refused(`The id ${given.id} is taken.`);
  const id = takeId(given.id ?? idOfType(given.type), taken);
  const { added, split, ends, wires } = joined(drawing, id, given);
  if (given.onEdge !== undefined && split === undefined) return refused('This edge is not there any more.');
  if (!Array.isArray(wires)) return wires as Refused;
  const [source, target] = [ends.from?.source, ends.to?.target];
  const isTool = wires.some((wire) => wire.target === id && offersTool(added, wire.targetHandle));
  const node = {
    id,
    type: given.type,
    position: { ...(given.position === undefined ? placeFor(drawing, source, target) : rounded(given.position)) },
    config: given.config ?? asking(newConfigOf(given.type, surroundingsOf(drawing, ends.from, isTool)), given.model),
  };
  const nodeEdits = file.append('nodes', [node], 'broken');
  const isBare = file.root.children?.length === 0;
  const edgeEdits = isBare ? [] : editsOfWires(file, wires, split);
  if (nodeEdits === undefined || edgeEdits === undefined)
    return refused('The lists of nodes and edges of this file have another form. Mend its text first.');
  const title = `Add ${registry[given.type].name} node`;
  const grown = file.edited([...nodeEdits, ...edgeEdits], title, [id]);
  return isBare && grown.ok ? withEdges(grown, wires) : grown;
}

function asking(config: NonNullable<NewNode['config']>, model: string | undefined): NonNullable<NewNode['config']> {
  return model === undefined || !Object.hasOwn(config, 'model') ? config : { ...config, model };
}

/** In an object without anything, one list is made after the other. */
function withEdges({ text, title, selected }: EditResult & { ok: true }, wires: readonly Wire[]): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  return file.edited(file.append('edges', wires.map(edgeOf)) ?? [], title, selected);
}

interface Ends {
  readonly from: NewNode['from'];
  readonly to: NewNode['to'];
}

/** A new node with what it is connected to: the edge that it is put on, where it is there, its ends and its edges. */
function joined(
  drawing: Drawing,
  id: string,
  { type, from, to, onEdge }: Pick<NewNode, 'type' | keyof Ends | 'onEdge'>,
) {
  const added: DrawnNode = { id, index: -1, type, known: type, disabled: false, config: {} };
  const split = drawing.edges.find(({ index }) => index === onEdge);
  const ends: Ends = { from: from ?? split?.wire, to: to ?? split?.wire };
  return { added, split, ends, wires: wiresOf(drawing, added, ends, split) };
}

/** The edges that a new node gets, the one that takes the place of an old edge first. */
function wiresOf(
  drawing: Drawing,
  added: DrawnNode,
  { from, to }: Ends,
  split: DrawnEdge | undefined,
): readonly Wire[] | Refused {
  const grown = { ...drawing, nodes: [...drawing.nodes, added] };
  const wires: Wire[] = [];
  const kind = registry[added.type as NodeType].name;
  if (from !== undefined) {
    const found = incomingWires(drawing, added, from);
    if (found.length === 0) return refused(whyNone(grown, added, from, `${kind} has no input for this output.`));
    wires.push(...found);
  }
  if (to !== undefined) {
    const found = outgoingWires(drawing, added, to);
    if (found === undefined) return refused(`${kind} has no output for this input.`);
    wires.push(found);
  }
  wires.push(...emptyBody(added));
  for (const wire of wires) {
    const reason = whyNotConnect(grown, wire, split?.index);
    if (reason !== undefined) return refused(reason);
  }
  return wires;
}

/** Why a node of a type could not be added with these ends, in words; undefined where it could. */
export function whyNotAdd(
  drawing: Drawing,
  type: NodeType,
  given: Pick<NewNode, 'from' | 'to' | 'onEdge'>,
): string | undefined {
  const id = takeId(idOfType(type), takenIds(drawing));
  const { wires } = joined(drawing, id, { ...given, type });
  return Array.isArray(wires) ? undefined : (wires as Refused).reason;
}

/** What runs a body again and again begins with one that gives what each round is about. */
function emptyBody({ id, known }: DrawnNode): readonly Wire[] {
  const definition: NodeDefinition | undefined = known && registry[known];
  const body = definition?.body;
  return body === undefined ? [] : [{ source: id, sourceHandle: body.begins, target: id, targetHandle: body.ends }];
}

function whyNone(grown: Drawing, added: DrawnNode, from: NonNullable<NewNode['from']>, otherwise: string): string {
  const [input] = inputsOf(added);
  const wire = { ...from, target: added.id, targetHandle: input?.id ?? 'input' };
  return whyNotConnect(grown, wire) ?? otherwise;
}

/** From a stream, a node is also reached in the usual way, so that it has the whole text as well. */
function incomingWires(drawing: Drawing, added: DrawnNode, from: NonNullable<NewNode['from']>): readonly Wire[] {
  const source = drawing.nodes.find((node) => node.id === from.source);
  const outputs = source === undefined ? [] : outputsOf(source);
  const output = outputs.find(({ id }) => id === from.sourceHandle);
  const [input] = output === undefined ? [] : inputsFor(output, inputsOf(added));
  if (output === undefined || input === undefined) return [];
  const wire = { ...from, target: added.id, targetHandle: input.id };
  const whole = output.type === 'stream' ? outputs.find(({ type }) => type === 'default') : undefined;
  const [plain] = whole === undefined ? [] : inputsFor(whole, inputsOf(added));
  return whole === undefined || plain === undefined
    ? [wire]
    : [{ ...wire, sourceHandle: whole.id, targetHandle: plain.id }, wire];
}

function outgoingWires(drawing: Drawing, added: DrawnNode, to: NonNullable<NewNode['to']>): Wire | undefined {
  const target = drawing.nodes.find((node) => node.id === to.target);
  const input = target && inputsOf(target).find(({ id }) => id === to.targetHandle);
  const [output] = input === undefined ? [] : outputsFor(input, outputsOf(added));
  return output === undefined ? undefined : { ...to, source: added.id, sourceHandle: output.id };
}

/** The edge that is split keeps its place and leads to the new node. */
function editsOfWires(
  file: EditedFile,
  wires: readonly Wire[],
  split: DrawnEdge | undefined,
): readonly TextEdit[] | undefined {
  const [first, ...others] = wires;
  if (split === undefined || first === undefined) return file.append('edges', wires.map(edgeOf));
  const appended = file.append('edges', others.map(edgeOf));
  return appended === undefined ? undefined : [...rewireEdits(file, split, first), ...appended];
}
