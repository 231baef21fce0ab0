import { create } from 'zustand';
import { persist } from 'zustand/middleware';

import type { NodeType } from '../../../core/workflow/types.ts';

interface NewNodeModels {
  /** By node type, the model that new nodes ask; without one it is the usual one. */
  readonly models: Partial<Readonly<Record<NodeType, string>>>;
}

/** Which models new nodes ask; kept by the browser. */
export const useNewNodeModels = create<NewNodeModels>()(
  persist((): NewNodeModels => ({ models: {} }), { name: 'catalyst-new-nodes', version: 1 }),
);

/** Has new nodes of a type ask a model; the usual one again when it is undefined. */
export function askInNewNodes(type: NodeType, model: string | undefined): void {
  const { [type]: _before, ...others } = useNewNodeModels.getState().models;
  useNewNodeModels.setState({ models: model === undefined ? others : { ...others, [type]: model } });
}

/** The model that a new node of a type is to ask; undefined for the usual one. */
export function modelOfNewNodes(type: NodeType): string | undefined {
  return useNewNodeModels.getState().models[type];
}
