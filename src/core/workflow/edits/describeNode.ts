import { pageText } from '../diagnostics/pageText.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { asText } from '../nodes/summary.ts';
import type { DrawnNode } from './drawing.ts';

/** What a canvas shows of a node: its label or id, and one line of what it does. */
export function describeNode(node: DrawnNode): { readonly title: string; readonly subtitle: string } {
  const { title, subtitle } = textsOf(node);
  return { title: pageText(title), subtitle: pageText(subtitle) };
}

function textsOf(node: DrawnNode): { readonly title: string; readonly subtitle: string } {
  const title = node.label ?? node.id;
  if (node.known === undefined) return { title, subtitle: node.type };
  const definition: NodeDefinition = registry[node.known];
  if (definition.summary !== undefined) return { title, subtitle: definition.summary(node.config) ?? '' };
  const first = Object.values(node.config).find((value) => typeof value === 'string');
  return { title, subtitle: asText(first) };
}
