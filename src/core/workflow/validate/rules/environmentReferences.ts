import { suggest } from '../../suggest.ts';
import type { NodeRule } from '../context.ts';
import { replacePart } from '../fixes.ts';
import { isEnvironmentName, secretWord } from './environment.ts';

/** `env.NAME` names a variable that the file declares. */
export const environmentReferences: NodeRule = (context, reporter) => {
  const known = context.file.env;
  for (const { path: place, references } of context.templates) {
    for (const { path } of references) {
      if (path.root !== 'env') continue;
      const [variable] = path.segments;
      if (variable === undefined) {
        reporter.report('incomplete-reference', { root: 'env', known }, { path: place, at: path.span });
        continue;
      }
      const name = String(variable.key);
      if (known.includes(name)) continue;
      const suggestion = suggest(name, known);
      const fixes = [replacePart(reporter, place, variable.span, suggestion), declare(reporter, name)];
      reporter.report('undeclared-env', { name, known }, { path: place, at: variable.span }, { suggestion, fixes });
    }
  }
};

function declare(reporter: Parameters<NodeRule>[1], name: string) {
  if (!isEnvironmentName(name) || secretWord(name) !== undefined) return undefined;
  const edit =
    reporter.source.append(['env'], JSON.stringify(name)) ??
    reporter.source.insertAfter(['name'], `"env": [${JSON.stringify(name)}]`);
  return edit === undefined ? undefined : { title: `Declare \`${name}\` in \`env\``, edits: [edit] };
}
