import { dirname, resolve } from 'node:path';

/** Folders that a service reads or keeps something in, and where they are beside a workflow file unless its operator says otherwise. */
const folders = { DOCUMENTS_PATH: 'documents', QDRANT_PATH: '.catalyst/qdrant' } as const;

/**
 * The same with the environment of a service that runs from a folder of ours: its own folders are those beside the workflow file,
 * so that two workflows of one folder read and keep the same.
 */
export function withFolders<Told extends { readonly env: NodeJS.ProcessEnv }>(workflowPath: string, told: Told): Told {
  const beside = dirname(resolve(workflowPath));
  const own = Object.entries(folders).map(([name, usual]) => [name, resolve(beside, told.env[name] || usual)]);
  return { ...told, env: { ...told.env, ...Object.fromEntries(own) } };
}
