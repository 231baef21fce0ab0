import { typeWords } from '../../diagnostics/words.ts';
import { typesOf } from '../../jsonSchema.ts';
import { suggest } from '../../suggest.ts';
import { changeTo } from '../fixes.ts';
import { nodesOfType, type Rule } from '../context.ts';

/** The functions that a model is offered, and the one it must call. */
export const functions: Rule = (context, reporter) => {
  for (const node of nodesOfType(context, 'openaiCompletion')) {
    const { functions: declared, functionCall } = node.config;
    const names = declared.map(({ name }) => name);
    for (const [index, { name, parameters }] of declared.entries()) {
      const path = context.pathOf(node, 'config', 'functions', index);
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
        reporter.report(
          'invalid-function-name',
          { name },
          { path: [...path, 'name'] },
          { fixes: [changeTo(reporter, [...path, 'name'], functionName(name))] },
        );
      }
      const first = names.indexOf(name);
      if (first < index) {
        const { line } = reporter.source.value(context.pathOf(node, 'config', 'functions', first, 'name'));
        reporter.report('duplicate-function-name', { name, line }, { path: [...path, 'name'] });
      }
      if (parameters === undefined) continue;
      const types = typesOf(parameters);
      if (types.length === 1 && types[0] === 'object') continue;
      const found = typeWords(types);
      reporter.report('parameters-not-object', { name, found }, { path: [...path, 'parameters'] });
    }
    if (functionCall === undefined) continue;
    const path = context.pathOf(node, 'config', 'functionCall');
    if (declared.length === 0) {
      reporter.report('function-call-without-functions', { node: node.id, where: 'config' }, { path, at: 'key' });
    } else if (typeof functionCall === 'object' && !names.includes(functionCall.name)) {
      const suggestion = suggest(functionCall.name, names);
      const place = [...path, 'name'];
      reporter.report(
        'unknown-function',
        { name: functionCall.name, known: names },
        { path: place },
        { suggestion, fixes: [changeTo(reporter, place, suggestion)] },
      );
    }
  }
};

function functionName(name: string): string | undefined {
  const fixed = name
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, 64);
  return /[A-Za-z0-9]/.test(fixed) ? fixed : undefined;
}
