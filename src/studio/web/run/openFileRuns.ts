import { ApiError, ask } from '../api/client.ts';
import { useDocument } from '../document/documentStore.ts';
import { isOver } from './liveRun.ts';
import { loadModelServer } from './modelServer.ts';
import { loadPins } from './pins.ts';
import { loadRequests } from './requestStore.ts';
import { showRun } from './runStore.ts';
import { persistently } from '../design/later.ts';

/** Loads what belongs to runs of a file when it is opened: pins, requests, who answers, and a run that still goes on. */
export function startFollowingOpenFile(): () => void {
  const known = new Set<string>();
  const follow = (): void => {
    const { current } = useDocument.getState();
    if (current === undefined || known.has(current.file)) return;
    known.add(current.file);
    const { file } = current;
    void Promise.all([loadPins(file), loadRequests(file), loadModelServer(file), takeUpLastRun(file)]);
  };
  follow();
  return useDocument.subscribe(follow);
}

/** After a reload, a run that goes on is on the canvas again, where it can be stopped. */
async function takeUpLastRun(file: string): Promise<void> {
  try {
    const [last] = (await ask('runs', { file, limit: 1 })).runs;
    if (last === undefined) return;
    const { offerInput } = await persistently(async () => import('./requestDrafts.ts'));
    const { current } = useDocument.getState();
    if (current?.file !== file) return;
    offerInput(file, current.drawing, last.input);
    if (!isOver(last.state)) await showRun(file, last.id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
