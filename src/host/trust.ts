import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

import { withCalled, type CheckedWorkflow } from '../core/workflow/index.ts';
import { writeAtomically } from './atomicFile.ts';
import { cacheFolder } from './cacheFolder.ts';
import { packageFolder } from './packageFolder.ts';

/** Python that a workflow, or one that it calls, brings along. */
export interface CustomPython {
  readonly workflow: string;
  readonly node: string;
  /** Undefined when it stands in the workflow file itself. */
  readonly file: string | undefined;
  readonly code: string;
}

/** All Python of their own that a workflow and those it calls would run. */
export function customPython(checked: CheckedWorkflow): readonly CustomPython[] {
  return withCalled(checked).flatMap(({ file, functions }) =>
    [...functions].map(([node, { code }]) => {
      const config = file.nodes.find(({ id }) => id === node)?.config;
      return {
        workflow: file.name,
        node,
        code,
        file: config !== undefined && 'file' in config ? config.file : undefined,
      };
    }),
  );
}

/** Whether the custom Python of a workflow may run: there is none, it comes with Catalyst, or someone agreed to this very code before. */
export async function isTrusted(env: NodeJS.ProcessEnv, path: string, checked: CheckedWorkflow): Promise<boolean> {
  return !hasPython(checked) || isShipped(path) || (await exists(recordOf(checked, env)));
}

/** Remembers the custom Python of a workflow as agreed to. */
export function recordTrust(env: NodeJS.ProcessEnv, checked: CheckedWorkflow): void {
  if (hasPython(checked)) writeAtomically(recordOf(checked, env), '');
}

function hasPython(checked: CheckedWorkflow): boolean {
  return withCalled(checked).some(({ functions }) => functions.size > 0);
}

/** The arguments count as well: what a function does can hang on what it is given. */
function recordOf(checked: CheckedWorkflow, env: NodeJS.ProcessEnv): string {
  const all = withCalled(checked);
  const nodes = all.flatMap(({ file, functions, calls }) =>
    file.nodes.filter(({ id }) => functions.has(id) || calls.has(id)).map(({ id, config }) => [id, config]),
  );
  const code = all.flatMap(({ functions }) => [...functions].map(([id, definition]) => [id, definition.code]));
  const hash = createHash('sha256')
    .update(JSON.stringify([nodes, code]))
    .digest('hex');
  return join(cacheFolder(env), 'trusted', hash);
}

function isShipped(path: string): boolean {
  return dirname(resolve(path)).startsWith(join(packageFolder(), 'examples') + sep);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
