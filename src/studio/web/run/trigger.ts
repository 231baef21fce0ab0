import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import type { NodeOf } from '../../../core/workflow/types.ts';

/** The node that a run comes in at. */
export function triggerNode(drawing: Drawing | undefined): string | undefined {
  return drawing?.nodes.find(({ known: type }) => type === 'httpEndpoint')?.id;
}

export type Trigger = NodeOf<'httpEndpoint'>['config'];

const known = new WeakMap<Drawing, Trigger | null>();

/** What a workflow is asked with, read from its drawing, so that it is known also while the rest is unsound. */
export function triggerOf(drawing: Drawing): Trigger | undefined {
  const before = known.get(drawing);
  if (before !== undefined) return before ?? undefined;
  const node = drawing.nodes.find((each) => each.known === 'httpEndpoint');
  const parsed = node === undefined ? undefined : registry.httpEndpoint.configSchema.safeParse(node.config).data;
  known.set(drawing, parsed ?? null);
  return parsed;
}
