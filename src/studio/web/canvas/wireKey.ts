import type { Wire } from '../../../core/workflow/edits/index.ts';

/** The same for as long as a wire is drawn, whatever happens to the edges before it in the file. */
export function wireKey({ source, sourceHandle, target, targetHandle }: Wire): string {
  return JSON.stringify([source, sourceHandle, target, targetHandle]);
}
