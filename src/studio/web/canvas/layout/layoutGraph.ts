import type { Drawing, Point, Wire } from '../../../../core/workflow/edits/index.ts';
import { endsBody, outputsOf } from '../../../../core/workflow/edits/wires.ts';
import { headerHeight } from '../geometry.ts';
import { shapeOf, usedHandles } from '../shape.ts';
import type { LayoutGraph } from './layout.ts';

/** What a layout needs to know of a drawing, or of some of its nodes. */
export function layoutGraph(
  drawing: Drawing,
  positionOf: (id: string) => Point | undefined,
  only?: ReadonlySet<string>,
): LayoutGraph {
  const used = usedHandles(drawing);
  const groups = new Map(drawing.notes.flatMap(({ id, nodes = [] }) => nodes.map((node) => [node, id] as const)));
  const nodes = drawing.nodes.filter(({ id }) => only?.has(id) ?? true);
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const handles = new Map(nodes.map((node) => [node.id, outputsOf(node).map(({ id }) => id)]));
  const edges = drawing.edges
    .map(({ wire }) => wire)
    .filter(({ source, target }) => places.has(source) && places.has(target))
    .toSorted(
      (a, b) =>
        (places.get(a.source) ?? 0) - (places.get(b.source) ?? 0) ||
        (handles.get(a.source)?.indexOf(a.sourceHandle) ?? 0) - (handles.get(b.source)?.indexOf(b.sourceHandle) ?? 0),
    );
  return {
    nodes: nodes.map((node) => {
      const { height } = shapeOf(node, used(node.id));
      const position = positionOf(node.id);
      const group = groups.get(node.id);
      return {
        id: node.id,
        height,
        line: headerHeight / 2,
        ...(position !== undefined && { position }),
        ...(group !== undefined && { group }),
      };
    }),
    edges: forward(edges, (id, handle) => endsBody(nodes[places.get(id) ?? -1] ?? { known: undefined }, handle)),
  };
}

/**
 * The edges without those that lead back to a loop: what follows the loop comes behind the end of its body instead; behind the end of
 * an inner one, what follows the outer one.
 */
function forward(edges: readonly Wire[], leadsBack: (target: string, handle: string) => boolean): LayoutGraph['edges'] {
  const ends = (edge: Wire, passed: ReadonlySet<string>): readonly string[] => {
    if (!leadsBack(edge.target, edge.targetHandle)) return [edge.target];
    if (passed.has(edge.target)) return [];
    const behind = edges.filter(({ source, sourceHandle }) => source === edge.target && sourceHandle === 'output');
    return behind.flatMap((next) => ends(next, new Set([...passed, edge.target])));
  };
  return edges.flatMap((edge) => ends(edge, new Set()).map((target) => ({ source: edge.source, target })));
}
