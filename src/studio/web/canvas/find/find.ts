import { describeNode, type Drawing, type DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { textsIn } from '../configTexts.ts';

/** The ids of the nodes and notes that hold a text: in id, label, type or config; capitals do not matter. */
export function find({ nodes, notes }: Pick<Drawing, 'nodes' | 'notes'>, wanted: string): readonly string[] {
  const text = wanted.trim().toLowerCase();
  if (text === '') return [];
  const holds = (candidates: readonly string[]): boolean =>
    candidates.some((candidate) => candidate.toLowerCase().includes(text));
  return [
    ...nodes.flatMap((node) => (holds(textsOf(node)) ? [node.id] : [])),
    ...notes.flatMap((note) => (holds([note.id, note.text]) ? [note.id] : [])),
  ];
}

function textsOf(node: DrawnNode): readonly string[] {
  const name = node.known === undefined ? node.type : registry[node.known].name;
  return [node.id, node.label ?? '', name, describeNode(node).subtitle, ...textsIn(node.config)];
}
