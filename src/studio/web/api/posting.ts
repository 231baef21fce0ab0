import { remote, type Remote } from '../document/rpc.ts';
import { startWorker } from '../policy.ts';
import workerUrl from './postWorker.ts?worker&url';

/** What the worker can be asked for that sends large texts. */
export interface PostWorker {
  post(
    path: string,
    body: unknown,
    token: string | undefined,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

let started: { readonly worker: Worker; readonly methods: Remote<PostWorker> } | undefined;

/** Sends a large body: writing it as JSON and handing it over takes a worker what would be many milliseconds of the page. */
export async function postLarge(path: string, body: unknown, token: string | undefined): Promise<Response> {
  if (started === undefined) {
    const worker = startWorker(workerUrl);
    started = { worker, methods: remote<PostWorker>(worker) };
  }
  const { worker, methods } = started;
  try {
    const { status, text } = await methods.post(path, body, token);
    return new Response(text, { status });
  } catch (error) {
    // A worker that could not be loaded, as the server has gone, answers nothing any more: the next attempt starts another.
    worker.terminate();
    if (started.worker === worker) started = undefined;
    throw error;
  }
}
