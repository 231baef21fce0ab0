import { neededVariables } from '../../../core/codegen/python/index.ts';
import { consumersOf } from '../../../core/workflow/checked.ts';
import { HostError } from '../../../host/errors.ts';
import { projectHash } from '../../../host/projectHash.ts';
import { updateProject } from '../../../host/projectWriter.ts';
import { PlacesBelow } from '../../../host/safePath.ts';
import { readSources } from '../../../host/workflowFiles.ts';
import type { RouteAnswer } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import { isLookedInto } from './scan.ts';
import type { Workspace } from './workspace.ts';

interface Export {
  readonly file: string;
  readonly text: string;
  readonly folder: string;
  readonly isForced: boolean;
}

/** Writes the project of a text into a folder below the opened one, as `catalyst build` does; nobody's edit is lost. */
export async function exportFolder(
  workspace: Workspace,
  { file, text, folder, isForced }: Export,
  signal: AbortSignal,
): Promise<RouteAnswer<'exportFolder'>> {
  const place = await workspace.placeOf(file);
  const target = placeBelow(workspace, folder);
  const { compilerFor } = await import('../../../host/compiledWorkflow.ts');
  const compiler = compilerFor(place);
  const { sources } = await readSources(place, (known) => compiler.sourceFiles(text, known));
  const { files, checked } = compiler.compile(text, sources);
  if (files === undefined || checked === undefined)
    throw new RefusedRequest(422, {
      code: 'workflow_errors',
      message: 'The workflow has errors, so there is nothing to export.',
      hint: 'Solve what is listed under Problems first.',
    });
  const { created, changed, merged, removed, unchanged, conflicts } = await updateProject(target, files, {
    force: isForced ? 'backup' : undefined,
    signal,
  });
  return {
    folder: workspace.pathOf(target),
    projectHash: projectHash(files),
    written: created.length + changed.length + merged.length + removed.length,
    unchanged: unchanged.length,
    needs: [...neededVariables(consumersOf([checked]))],
    conflicts: conflicts.map(({ path, offered, lines }) => ({ path, offered, lines: [...lines] })),
  };
}

/** The only path that a page gives: relative, without `..`, links and what tools keep for themselves. */
function placeBelow(workspace: Workspace, folder: string): string {
  try {
    const target = new PlacesBelow(workspace.folder).of(folder);
    if (folder.split('/').every(isLookedInto)) return target;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
  throw new RefusedRequest(422, {
    code: 'unsafe_path',
    message: `${JSON.stringify(folder)} is no folder to export into.`,
    hint: 'Name one below the opened folder, such as service or build/service: no links, and no names that begin with a dot.',
  });
}
