import { remote, type Remote } from '../../document/rpc.ts';
import { startWorker } from '../../policy.ts';
import type { LayoutWorker } from './layoutWorker.ts';
import workerUrl from './layoutWorker.ts?worker&url';

let started: Remote<LayoutWorker> | undefined;

/** The layout, in a worker of its own that is loaded when a file first needs it. */
export function layouts(): Remote<LayoutWorker> {
  started ??= remote<LayoutWorker>(startWorker(workerUrl));
  return started;
}
