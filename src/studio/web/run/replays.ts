import { readDrawing, type Drawing } from '../../../core/workflow/edits/index.ts';
import { ask } from '../api/client.ts';
import { useDocument } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';
import { changedFrom } from './changedNodes.ts';
import { attempt, startRun } from './runStore.ts';

/** Runs a recorded run again: its text, its input, and what models and functions answered then. Nobody is asked anew. */
export async function replay(run: string): Promise<void> {
  await attempt(async () => {
    const { file, text, input, headers = {} } = await ask('run', { run });
    if (await isOpen(file)) await startRun({ input, headers, text, replay: { run } });
  });
}

/**
 * Runs a recorded input through the workflow as it is now. What was there before the first node that is another now is
 * recorded; what comes from there on is asked anew.
 */
export async function replayWithCurrent(run: string): Promise<void> {
  await attempt(async () => {
    const { file, text, input, headers = {} } = await ask('run', { run });
    if (!(await isOpen(file))) return;
    const { current } = useDocument.getState();
    const before = readDrawing(text);
    if (current === undefined || before === undefined) return;
    const from = changedFrom(before, current.drawing, orderOf(current.drawing, current.compiled?.order));
    await startRun({ input, headers, ...(from !== undefined && { replay: { run, from } }) });
  });
}

function orderOf(drawing: Drawing, compiled: readonly string[] | undefined): readonly string[] {
  return compiled ?? drawing.nodes.map(({ id }) => id);
}

async function isOpen(file: string): Promise<boolean> {
  if (useDocument.getState().current?.file !== file) await openFile(file);
  return useDocument.getState().current?.file === file;
}
