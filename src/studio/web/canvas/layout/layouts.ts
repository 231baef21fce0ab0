import { remote, type Remote } from '../../document/rpc.ts';
import type { LayoutWorker } from './layoutWorker.ts';

let started: Remote<LayoutWorker> | undefined;

/** The layout, in a worker of its own that is loaded when a file first needs it. */
export function layouts(): Remote<LayoutWorker> {
  started ??= remote<LayoutWorker>(new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' }));
  return started;
}
