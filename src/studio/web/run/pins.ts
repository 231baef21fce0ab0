import type { Json } from '../../../core/workflow/index.ts';
import type { Pin } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { attempt, useRuns } from './runStore.ts';

const none: readonly Pin[] = [];

/** The pins of a file; empty until they have been loaded. */
export function pinsOf(file: string | undefined): readonly Pin[] {
  return (file === undefined ? undefined : useRuns.getState().pins.get(file)) ?? none;
}

export function usePins(file: string | undefined): readonly Pin[] {
  return useRuns(({ pins }) => (file === undefined ? undefined : pins.get(file)) ?? none);
}

export async function loadPins(file: string): Promise<void> {
  await attempt(async () => {
    const { pins } = await ask('pins', { file });
    keep(file, pins);
  });
}

/** Keeps these pins, here at once; what the server would not keep is taken back. */
export async function setPins(file: string, pins: readonly Pin[]): Promise<boolean> {
  const before = pinsOf(file);
  keep(file, pins);
  const isKept = await attempt(async () => ask('setPins', { file, pins: [...pins] }));
  if (!isKept) keep(file, before);
  return isKept;
}

function keep(file: string, pins: readonly Pin[]): void {
  useRuns.setState((state) => ({ pins: new Map(state.pins).set(file, pins) }));
}

export function isPinned(file: string, node: string): boolean {
  return pinsOf(file).some((each) => each.node === node);
}

/** Pins a value at a node, in the place of one that was pinned there. */
export async function pin(file: string, node: string, value: Json, run?: string): Promise<boolean> {
  const others = pinsOf(file).filter((each) => each.node !== node);
  return setPins(file, [...others, { node, value, ...(run !== undefined && { run }) }]);
}

export async function unpin(file: string, node: string): Promise<boolean> {
  return setPins(
    file,
    pinsOf(file).filter((each) => each.node !== node),
  );
}
