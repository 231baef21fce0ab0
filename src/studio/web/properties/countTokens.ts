import { remote, type Remote } from '../document/rpc.ts';
import { startWorker } from '../policy.ts';
import type { TokenCounter } from './tokenWorker.ts';
import workerUrl from './tokenWorker.ts?worker&url';

let started: Remote<TokenCounter> | undefined;

/** About how many tokens a text is to a current model. The tables for it are large: a worker loads them when they are first needed. */
export async function countTokens(text: string): Promise<number> {
  started ??= remote<TokenCounter>(startWorker(workerUrl));
  return started.count(text);
}
