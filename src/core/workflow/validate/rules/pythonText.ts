import { neighboursOf } from '../../python/neighbours.ts';
import { sourceProblem } from '../../python/sourceSafety.ts';
import { Lines } from '../../source/lines.ts';
import { nodesOf, type WorkflowRule } from '../context.ts';

/** The text of Python modules: what it may hold, and whether it looks like Python. Each file is reported once. */
export const pythonText: WorkflowRule = (context, reporter) => {
  const seen = new Set<string>();
  for (const node of nodesOf(context.file, 'pythonFunction')) {
    const { file, code } = node.config;
    const module = context.modules.get(node.id);
    if (module === undefined || (file !== undefined && code !== undefined) || (file !== undefined && seen.has(file)))
      continue;
    if (file !== undefined) seen.add(file);
    const path = context.pathOf(node, 'config', code === undefined ? 'file' : 'code');
    const where = file === undefined ? `The code of \`${node.id}\`` : `\`${file}\``;
    const placeOf = (offset: number, length: number) =>
      code === undefined ? { path } : { path, at: { start: offset, end: Math.min(code.length, offset + length) } };
    const unsafe = sourceProblem(module.code);
    if (unsafe !== undefined) {
      reporter.report(
        'unsafe-python-source',
        { where, line: unsafe.line, problem: unsafe.problem, hint: unsafe.hint },
        placeOf(unsafe.offset, unsafe.length),
      );
      continue;
    }
    const neighbours = file === undefined ? [] : neighboursOf(file, module);
    for (const neighbour of neighbours)
      if (context.sources.has(neighbour.path)) reporter.report('import-left-behind', { where, ...neighbour }, { path });
    const problem = module.syntaxProblem;
    if (problem === undefined) continue;
    const lines = new Lines(module.code);
    const { line, column } = lines.range(problem, problem);
    reporter.report('python-syntax', { where, line, column, excerpt: lines.textOf(line).trim() }, placeOf(problem, 1));
  }
};
