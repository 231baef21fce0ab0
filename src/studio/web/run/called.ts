import { readDrawing, type Drawing } from '../../../core/workflow/edits/index.ts';
import { registry, type NodeDefinition } from '../../../core/workflow/index.ts';
import type { StoredText } from '../../protocol/index.ts';

/** A workflow file that is open, and the texts of those that it names. */
export interface Calling {
  readonly drawing: Drawing;
  readonly sources: ReadonlyMap<string, StoredText>;
}

type DrawnNode = Drawing['nodes'][number];

interface CalledWorkflow {
  readonly drawing: Drawing;
  /** From the folder of the file that is open. */
  readonly path: string;
}

/** Workflows that call each other in a circle cannot run, and can be drawn. */
const deepest = 8;
const drawings = new WeakMap<StoredText, Drawing>();

/** Where a node stands: the drawing that has it, and its id there. `path` may lead into workflows that are called. */
export function placeOf(
  { drawing, sources }: Calling,
  path: string,
): { readonly drawing: Drawing; readonly id: string } | undefined {
  const steps = path.split('/');
  const id = steps.pop() ?? '';
  let place: CalledWorkflow | undefined = { drawing, path: '' };
  for (const step of steps) place = place && calledBy(place, nodeOf(place, step), sources);
  return place && { drawing: place.drawing, id };
}

/** The nodes that call a file, by their paths, also those inside of workflows that are called. */
export function stepsCalling({ drawing, sources }: Calling, file: string): readonly string[] {
  const found: string[] = [];
  const look = (place: CalledWorkflow, prefix: string, depth: number): void => {
    for (const node of place.drawing.nodes) {
      const { id } = node;
      const called = calledBy(place, node, sources);
      if (called === undefined) continue;
      if (called.path === file) found.push(prefix + id);
      if (depth < deepest) look(called, `${prefix}${id}/`, depth + 1);
    }
  };
  look({ drawing, path: '' }, '', 1);
  return found;
}

function nodeOf({ drawing }: CalledWorkflow, step: string): DrawnNode | undefined {
  return drawing.nodes.find(({ id }) => id === step);
}

function calledBy(
  { path }: CalledWorkflow,
  node: DrawnNode | undefined,
  sources: Calling['sources'],
): CalledWorkflow | undefined {
  const definition: NodeDefinition | undefined = node?.known && registry[node.known];
  const file = node && definition?.calledFile?.(node.config);
  if (file === undefined) return undefined;
  const called = folderOf(path) + file;
  const text = sources.get(called);
  const read = text && (drawings.get(text) ?? readDrawing(text.text));
  if (text === undefined || read === undefined) return undefined;
  drawings.set(text, read);
  return { drawing: read, path: called };
}

/** With its `/`; empty for a file beside the one that is open. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
