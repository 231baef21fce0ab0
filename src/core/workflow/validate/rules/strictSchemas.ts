import type { Reporter } from '../../diagnostics/report.ts';
import { typeWords } from '../../diagnostics/words.ts';
import type { JsonPath } from '../../json.ts';
import { typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { refusedAtRoot } from '../../sentSchema.ts';
import type { Strictness } from '../../models/provider.ts';
import { strictnessOf } from '../../modelNodes.ts';
import { candidates, type NodeRule } from '../context.ts';
import { changeTo, json } from '../fixes.ts';
import { validName } from './functions.ts';

/** Schemas that the model is held to, in the form that the API takes. */
export const strictSchemas: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    const { responseFormat: format, tools } = node.config;
    const answer = context.pathOf(node, 'config', 'responseFormat');
    const strictness = strictnessOf(node);
    if (typeof format === 'object') {
      const place = [...answer, 'name'];
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(format.name)) {
        const fixes = [changeTo(reporter, place, validName(format.name))];
        reporter.report('invalid-schema-name', { name: format.name }, { path: place }, { fixes });
      }
      const refused = refusedAtRoot(format.schema);
      if (refused !== undefined) {
        const found = refused === 'no object' ? typeWords(typesOf(format.schema)) : `\`${refused}\``;
        reporter.report('answer-not-object', { found }, { path: [...answer, 'schema'] });
      } else if (format.strict === true) checkStrict(reporter, format.schema, [...answer, 'schema'], strictness);
    }
    for (const [index, { strict, parameters }] of tools.entries()) {
      if (strict === true && parameters !== undefined)
        checkStrict(reporter, parameters, context.pathOf(node, 'config', 'tools', index, 'parameters'), strictness);
    }
  }
};

/** One finding for the whole schema, because one normalised schema mends all of it. */
function checkStrict(
  reporter: Reporter,
  schema: JsonSchema,
  path: JsonPath,
  { problems: problemsOf, sent }: Strictness,
): void {
  const problems = problemsOf(schema);
  const [first] = problems;
  if (first === undefined) return;
  const isFixable = problems.every(({ mending }) => mending !== undefined);
  const edits = [reporter.source.replaceValue(path, json(reporter.source, path, sent(schema)))];
  const related = problems.slice(1, 9).map(({ message, path: place }) => ({ message, path: [...path, ...place] }));
  const params = { problem: first.message, more: problems.length - 1, isFixable };
  reporter.report(
    'not-strict-schema',
    params,
    { path: [...path, ...first.path] },
    {
      fixes: [isFixable ? { title: 'Normalise the schema for strict mode', edits } : undefined],
      related,
    },
  );
}
