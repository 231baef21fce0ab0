import { pathProblem } from '../../filePath.ts';
import { isPythonName } from '../../python/names.ts';
import { suggest } from '../../suggest.ts';
import { nodesOfType, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';

/** Where a Python function comes from, and that it is there. */
export const pythonSource: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'pythonFunction')) {
    const { file, code, function: name } = node.config;
    const config = context.pathOf(node, 'config');
    const functionPath = [...config, 'function'];
    if (!isPythonName(name)) {
      reporter.report('invalid-python-name', { name }, { path: functionPath });
      continue;
    }
    if (file !== undefined && code !== undefined) {
      reporter.report('file-and-code', { node: node.id }, { path: [...config, 'code'], at: 'key' });
      continue;
    }
    if (file === undefined && code === undefined) {
      reporter.report('missing-function-source', { node: node.id }, { path: config });
      continue;
    }
    const problem = file === undefined ? undefined : pathProblem(file, '.py');
    if (file !== undefined && problem !== undefined) {
      reporter.report('unsafe-file-path', { path: file, problem, ending: '.py' }, { path: [...config, 'file'] });
      continue;
    }
    const module = context.modules.get(node.id);
    if (module === undefined) {
      const suggestion = suggest(file ?? '', context.sources.keys());
      reporter.report('file-not-found', { path: file ?? '' }, { path: [...config, 'file'] }, { suggestion });
      continue;
    }
    if (context.functions.has(node.id)) continue;
    const known = module.functionNames;
    const suggestion = suggest(name, known);
    const where = file === undefined ? 'The code' : `\`${file}\``;
    reporter.report(
      'function-not-found',
      { name, where, known },
      { path: functionPath },
      { suggestion, fixes: [changeTo(reporter, functionPath, suggestion)] },
    );
  }
};
