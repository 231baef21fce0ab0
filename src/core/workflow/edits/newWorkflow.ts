import { nodeTypes, type NodeType } from '../types.ts';
import { registry } from '../nodes/registry.ts';
import { addNode } from './addNode.ts';

/** The smallest sound workflow file: a trigger, and a response that gives back what was sent. */
export function newWorkflowText(name: string): string {
  const opening = `{\n  "version": 1,\n  "name": ${JSON.stringify(name)},\n  "nodes": [],\n  "edges": []\n}\n`;
  const trigger = typeOfRole('trigger');
  const started = addNode(opening, { type: trigger, position: { x: 0, y: 0 } });
  const [source] = started.ok ? started.selected : [];
  const [output] = registry[trigger].outputs;
  if (!started.ok || source === undefined || output === undefined) return opening;
  const ended = addNode(started.text, { type: typeOfRole('response'), from: { source, sourceHandle: output.id } });
  return ended.ok ? ended.text : started.text;
}

function typeOfRole(role: 'trigger' | 'response'): NodeType {
  const found = nodeTypes.find((type) => registry[type].role === role);
  if (found === undefined) throw new Error(`There is no node type of the role ${role}.`);
  return found;
}
