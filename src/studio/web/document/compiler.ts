import { startWorker } from '../policy.ts';
import type { CompilerWorker } from './compilerProtocol.ts';
import workerUrl from './compilerWorker.ts?worker&url';
import { remote, type Remote } from './rpc.ts';

let started: Remote<CompilerWorker> | undefined;

/** The compiler, in a worker of its own that is loaded when it is first asked for. */
export function compiler(): Remote<CompilerWorker> {
  started ??= remote<CompilerWorker>(startWorker(workerUrl));
  return started;
}
