import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { KeptWire } from '../../store/runs.ts';
import type { RecordedCall } from './recordedCall.ts';

/** An answer that was told in advance. */
export interface Told extends KeptWire {
  /** Whether each piece waits until it is as late as it was then. */
  readonly isPaced: boolean;
}

/** Answers a call with what was told; ends early when the caller goes away. */
export async function tell(
  { status, headers, pieces, isComplete, isPaced }: Told,
  response: ServerResponse,
  call: RecordedCall,
  onFirstByte: () => void,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const started = performance.now();
  const isGone = (): boolean => gone.signal.aborted && !response.writableFinished;
  if (status !== undefined) {
    call.answering(status, headers);
    response.writeHead(status, { ...headers, connection: 'close' });
    response.flushHeaders();
    for (const { atMs, bytes } of pieces) {
      const early = atMs - (performance.now() - started);
      if (isPaced && early > 1) await sleep(early, undefined, { signal: gone.signal }).catch(() => undefined);
      if (isGone()) break;
      if (call.take(bytes)) onFirstByte();
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
  }
  if (isGone()) return call.end('cancelled');
  if (isComplete) response.end();
  else response.destroy();
  call.end(isComplete ? 'complete' : 'broken');
}
