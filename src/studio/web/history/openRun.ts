import type { RunSummary } from '../../protocol/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';
import { showRun } from '../run/runStore.ts';
import { useLayout } from '../shell/layoutStore.ts';

/** Opens the file of a run and puts the run onto its canvas. */
export async function openRun({ id, file }: RunSummary): Promise<void> {
  if (useDocument.getState().current?.file !== file) await openFile(file);
  if (useDocument.getState().current?.file !== file) return;
  await showRun(file, id);
  useLayout.getState().set({ bottom: 'run' });
}
