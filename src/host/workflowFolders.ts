import { dirname, resolve } from 'node:path';

/** Folders that a service reads or keeps something in, and where they are beside a workflow file unless its operator says otherwise. */
const folders = { DOCUMENTS_PATH: 'documents', QDRANT_PATH: '.catalyst/qdrant' } as const;

/**
 * The environment of a service that runs from a folder of ours: its own folders are those beside the workflow file, so that
 * two workflows of one folder read and keep the same.
 */
export function withFolders(workflowPath: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const beside = dirname(resolve(workflowPath));
  const own = Object.entries(folders).map(([name, usual]) => [name, resolve(beside, env[name] ?? usual)]);
  return { ...env, ...Object.fromEntries(own) };
}
