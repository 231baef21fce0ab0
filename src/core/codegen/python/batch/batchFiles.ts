import type { GeneratedFile } from '../GeneratedFile.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import { batchTests } from './batchTests.ts';
import { batchWorkflows, batchWorkflowsPath } from './workflowsModule.ts';

/** What a project that carries batches has of its own for them. */
export function batchFiles(workflows: readonly WorkflowModule[]): readonly GeneratedFile[] {
  return [
    { path: batchWorkflowsPath, content: batchWorkflows(workflows) },
    { path: 'tests/test_batches.py', content: batchTests(workflows) },
  ];
}

/** The statement that leads to the modules of batches, where a project carries them; nothing imports their command. */
export function batchStart(own: readonly GeneratedFile[]): readonly string[] {
  return own.some(({ path }) => path === batchWorkflowsPath) ? ['from app.batch.__main__ import batch_command'] : [];
}
