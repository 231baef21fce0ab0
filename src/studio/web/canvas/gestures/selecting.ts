import { useDocument } from '../../document/documentStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { subjectOf } from '../../document/findings.ts';
import { boxes, useFlow } from '../flowStore.ts';
import { reveal } from '../viewport.ts';
import { inOrder, neighbour, reachable, type Direction } from '../walk.ts';
import { describeNode } from '../../../../core/workflow/edits/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { current, selected } from './current.ts';

/** Selects one item, shows it, and says what it is to those who do not see the canvas. */
export function goTo(id: string, isToBeRead = false): void {
  useDocument.getState().select([id]);
  reveal(id, isToBeRead);
  useCanvas.setState({ announcement: sentence(id) });
}

function sentence(id: string): string {
  const document = current();
  const node = document?.drawing.nodes.find((each) => each.id === id);
  if (document === undefined || node === undefined) return id;
  const { title, subtitle } = describeNode(node);
  const type = node.known === undefined ? `unknown type ${node.type}` : registry[node.known].name;
  const next = document.drawing.edges.flatMap(({ wire }) => (wire.source === id ? [wire.target] : []));
  const leads = next.length === 0 ? '' : `, leads to ${[...new Set(next)].join(', ')}`;
  return `${title}, ${type}${subtitle === '' ? '' : `, ${subtitle}`}${leads}`;
}

/** Goes to the next node in a direction; without a selection to the first. */
export function walk(direction: Direction): void {
  const document = current();
  if (document === undefined) return;
  const from = [...document.selection].at(-1);
  const next =
    from === undefined ? inOrder(document.drawing)[0] : neighbour(document.drawing, stepBoxes(), from, direction);
  if (next !== undefined) goTo(next);
}

function stepBoxes(): ReturnType<typeof boxes> {
  const steps = new Set(
    useFlow
      .getState()
      .nodes.flatMap(({ id, type, selected: isSelected }) => (type === 'step' || isSelected === true ? [id] : [])),
  );
  return new Map([...boxes()].filter(([id]) => steps.has(id)));
}

/** Selects all that comes before, or after, what is selected. */
export function selectReachable(way: 'before' | 'after'): void {
  const document = current();
  if (document === undefined) return;
  useDocument.getState().select(reachable(document.drawing, document.selection, way));
}

export function selectAll(): void {
  const document = current();
  if (document === undefined) return;
  useDocument.getState().select([...document.drawing.nodes, ...document.drawing.notes].map(({ id }) => id));
}

/** Goes to the next finding, or the one before; round and round. */
export function goToFinding(step: 1 | -1): void {
  const document = current();
  const { select, refuse } = useDocument.getState();
  const diagnostics = document?.compiled?.diagnostics ?? [];
  if (document === undefined || diagnostics.length === 0) return;
  const places = diagnostics.flatMap((diagnostic) => {
    const subject = subjectOf(diagnostic, document.drawing);
    return subject === undefined ? [] : [{ diagnostic, subject }];
  });
  const [node] = selected(document).nodes;
  const now = places.findIndex(({ subject }) =>
    'item' in subject ? subject.item === node?.id : subject.edge === document.selectedEdge,
  );
  // Findings of the item that is selected are seen there already.
  const others = places.filter(({ subject }) => !('item' in subject) || subject.item !== node?.id);
  const ahead = now < 0 ? places : rotated(places, now).filter((place) => others.includes(place));
  const next = (step === 1 ? ahead[0] : ahead.at(-1)) ?? places[0];
  if (next === undefined) refuse(diagnostics[0]?.message ?? '');
  else if ('item' in next.subject) {
    goTo(next.subject.item, true);
    useCanvas.setState({ announcement: `${next.subject.item}: ${next.diagnostic.message}` });
  } else {
    const { edge } = next.subject;
    select([], edge);
    const wire = document.drawing.edges.find(({ index }) => index === edge)?.wire;
    if (wire !== undefined) reveal(wire.source, true);
    useCanvas.setState({ announcement: next.diagnostic.message });
  }
}

function rotated<Item>(items: readonly Item[], start: number): readonly Item[] {
  return [...items.slice(start), ...items.slice(0, start)];
}
