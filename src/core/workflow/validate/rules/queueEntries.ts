import { nodesOf, type WorkflowRule } from '../context.ts';
import { reportFindings, reportNoFile } from './calledWorkflows.ts';

/** The files of enqueue nodes: where they are, that they begin with a queue, and that they are sound. */
export const queueEntries: WorkflowRule = (context, reporter) => {
  const seen = new Set<string>();
  for (const node of nodesOf(context.file, 'enqueue')) {
    const { file: path } = node.config;
    const place = { path: context.pathOf(node, 'config', 'file') };
    const queued = context.queued.get(node.id);
    if (queued === undefined) continue;
    switch (queued.kind) {
      case 'unsafe':
      case 'missing':
        reportNoFile(context, reporter, queued, path, place);
        break;
      case 'other':
        reporter.report('no-queue', { path }, place);
        break;
      case 'unsound':
      case 'queue':
        // What was found in a file is told once, however many nodes put entries into its queue.
        if (!seen.has(path)) reportFindings(reporter, queued.diagnostics, path, place);
        seen.add(path);
    }
  }
};
