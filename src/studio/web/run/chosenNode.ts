import { create } from 'zustand';

import { useDocument } from '../document/documentStore.ts';
import type { LiveRun } from './liveRun.ts';

interface ChosenState {
  /** A path, as `step/inner` for a node of a called workflow. */
  readonly path: string | undefined;
}

const useChosen = create<ChosenState>()(() => ({ path: undefined }));

/** Chooses a node of the run, and selects it on the canvas; of one inside a called workflow, the node that calls it. */
export function chooseNode(path: string): void {
  useChosen.setState({ path });
  useDocument.getState().select([topNode(path)]);
}

/** The node of the canvas that a path stands for. */
function topNode(path: string): string {
  return path.split('/')[0] ?? path;
}

/** The node whose values are shown: what is selected on the canvas; else the one that failed, or the one that answered. */
export function useChosenNode(run: LiveRun | undefined): string | undefined {
  const chosen = useChosen(({ path }) => path);
  const selected = useDocument(({ current }) => {
    const nodes = current?.drawing.nodes.filter(({ id }) => current.selection.has(id)) ?? [];
    return nodes.length === 1 ? nodes[0]?.id : undefined;
  });
  if (selected !== undefined) return chosen !== undefined && topNode(chosen) === selected ? chosen : selected;
  const nodes = [...(run?.nodes ?? [])];
  return (nodes.find(([, { state }]) => state === 'failed') ?? nodes.at(-1))?.[0];
}
