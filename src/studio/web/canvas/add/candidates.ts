import { whyNotAdd, type Drawing, type NewNode } from '../../../../core/workflow/edits/index.ts';
import { inputsFor, inputsOf, outputsFor, outputsOf } from '../../../../core/workflow/edits/wires.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { nodeTypes, type NodeType } from '../../../../core/workflow/types.ts';

/** What a new node is to be connected with. */
export type Ends = Pick<NewNode, 'from' | 'to' | 'onEdge'>;

/** The node types that can stand there, those that make most sense first; narrowed by what is typed. */
export function candidates(drawing: Drawing, ends: Ends, typed = ''): readonly NodeType[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = nodeTypes.filter((type) => fits(drawing, ends, type) && whyNotAdd(drawing, type, ends) === undefined);
  return fitting
    .map((type, index) => ({ type, index, match: matchOf(type, words), sense: senseOf(drawing, ends, type) }))
    .filter(({ match }) => match > 0)
    .toSorted((a, b) => b.match - a.match || b.sense - a.sense || a.index - b.index)
    .map(({ type }) => type);
}

/** Why no node can stand there at all, in the words for the one that would be the most natural. */
export function whyNothing(drawing: Drawing, ends: Ends): string | undefined {
  const type = nodeTypes.find((each) => fits(drawing, ends, each));
  return type && whyNotAdd(drawing, type, ends);
}

function fits(drawing: Drawing, ends: Ends, type: NodeType): boolean {
  const [inputs, outputs] = [inputsOf({ known: type }), outputsOf({ known: type })];
  const split = drawing.edges.find(({ index }) => index === ends.onEdge)?.wire;
  const [from, to] = [ends.from ?? split, ends.to ?? split];
  const source = drawing.nodes.find(({ id }) => id === from?.source);
  const output = source && outputsOf(source).find(({ id }) => id === from?.sourceHandle);
  const target = drawing.nodes.find(({ id }) => id === to?.target);
  const input = target && inputsOf(target).find(({ id }) => id === to?.targetHandle);
  if (from !== undefined && (output === undefined || inputsFor(output, inputs).length === 0)) return false;
  return to === undefined || (input !== undefined && outputsFor(input, outputs).length > 0);
}

/** How well words fit a type: beginnings of its name before words of its description; 0 when one fits nowhere. */
function matchOf(type: NodeType, words: readonly string[]): number {
  const { name, description, category } = registry[type];
  const names = `${name} ${type}`.toLowerCase();
  let sum = 1;
  for (const word of words) {
    if (names.startsWith(word)) sum += 8;
    else if (names.includes(word)) sum += 4;
    else if (`${category} ${description}`.toLowerCase().includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

/** What is likely wanted: a beginning first, then no second one; behind a model's answer, an answer to the caller. */
function senseOf({ nodes }: Drawing, { from, to }: Ends, type: NodeType): number {
  const { role, category } = registry[type];
  const hasTrigger = nodes.some(({ known }) => known !== undefined && registry[known].role === 'trigger');
  if (role === 'trigger') return hasTrigger ? -2 : 2;
  const source = nodes.find(({ id }) => id === from?.source)?.known;
  if (source !== undefined && registry[source].category === 'llm' && registry[source].supportsStreaming)
    return role === 'response' ? 1 : 0;
  if (source !== undefined || to !== undefined) return category === 'llm' ? 1 : 0;
  return 0;
}
