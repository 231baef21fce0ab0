import type { PythonParameter } from '../../checked.ts';
import { toolNodes } from '../../graph/graph.ts';
import { suggest } from '../../suggest.ts';
import { nodesOfType, type NodeRule } from '../context.ts';

/** `args` that the function can be called with. A tool's arguments come from the model. */
export const pythonArguments: NodeRule = (context, reporter) => {
  const tools = toolNodes(context.graph);
  for (const node of nodesOfType(context, 'pythonFunction')) {
    if (tools.has(node.id)) continue;
    const parameters = context.functions.get(node.id)?.signature.parameters;
    if (parameters === undefined) continue;
    const { args, function: name } = node.config;
    const path = context.pathOf(node, 'config', 'args');
    const known = parameters.filter(isNamed).map((parameter) => parameter.name);
    const misspelt = new Set<string>();
    const takesAny = parameters.some(({ kind }) => kind === 'keywordVariadic');
    for (const argument of Object.keys(args)) {
      const place = { path: [...path, argument], at: 'key' } as const;
      const variadic = parameters.find((parameter) => !isNamed(parameter) && parameter.name === argument);
      if (variadic !== undefined) {
        const written = `${variadic.kind === 'variadic' ? '*' : '**'}${argument}`;
        reporter.report('variadic-argument', { name: argument, written }, place);
      } else if (!takesAny && !known.includes(argument)) {
        const free = known.filter((parameter) => !Object.hasOwn(args, parameter));
        const suggestion = suggest(argument, free);
        if (suggestion !== undefined) misspelt.add(suggestion);
        const fix =
          suggestion === undefined
            ? undefined
            : { title: `Rename it to \`${suggestion}\``, edits: [reporter.source.renameKey(place.path, suggestion)] };
        reporter.report('unknown-parameter', { name: argument, function: name, known }, place, {
          suggestion,
          fixes: [fix],
        });
      }
    }
    const missing = parameters.filter(
      (parameter) =>
        isNamed(parameter) &&
        !parameter.hasDefault &&
        !Object.hasOwn(args, parameter.name) &&
        !misspelt.has(parameter.name),
    );
    if (missing.length === 0) continue;
    const place = reporter.source.has(path)
      ? ({ path, at: 'key' } as const)
      : { path: context.pathOf(node, 'config', 'function') };
    reporter.report('missing-argument', { names: missing.map((parameter) => parameter.name), function: name }, place);
  }
};

function isNamed({ kind }: PythonParameter): boolean {
  return kind !== 'variadic' && kind !== 'keywordVariadic';
}
