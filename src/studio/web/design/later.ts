import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** A network that changes, or a machine that wakes up, breaks requests off that go through a moment later. */
const waitsMs = [100, 500, 2_000];

/** A part of the page that cannot be had now. */
export class NotLoaded extends Error {}

/** A component that is loaded when it is first drawn. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await persistently(load) }));
}

/** Loads a part of the page, again where it does not come at once. Throws NotLoaded where it does not come at all. */
export async function persistently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (const waitMs of waitsMs) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  try {
    return await load();
  } catch (error) {
    throw new NotLoaded(error instanceof Error ? error.message : String(error));
  }
}
