import type { Fix } from '../../diagnostics/diagnostic.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { conversationOperations } from '../../nodes/configs/conversation.ts';
import { searchModes } from '../../nodes/configs/qdrant.ts';
import { redisOperations } from '../../nodes/configs/databases.ts';
import { cryptoKinds } from '../../nodes/configs/utilities.ts';
import { outlineOf } from '../../sql.ts';
import { nodesOfType, queryNodes, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';

/** Statements of databases: values reach them as parameters, and one statement is one statement. */
export const queries: NodeRule = (context, reporter) => {
  for (const node of queryNodes(context)) {
    const { before, readOnly, ...last } = node.config;
    const statements = [
      ...before.map((statement, index) => ({ statement, path: context.pathOf(node, 'config', 'before', index) })),
      { statement: last, path: context.pathOf(node, 'config') },
    ];
    for (const { statement, path } of statements) {
      checkStatement(reporter, statement.sql, statement.parameters.length, path);
      const { verb, writes } = outlineOf(statement.sql);
      if (!writes || !readOnly) continue;
      const fixes = [allowWriting(reporter, context.pathOf(node, 'config'))];
      reporter.report('writing-statement', { verb }, { path: [...path, 'sql'] }, { fixes });
    }
  }
};

function checkStatement(reporter: Reporter, sql: string, given: number, path: JsonPath): void {
  const place = { path: [...path, 'sql'] };
  const { verb, template, second, parameters } = outlineOf(sql);
  if (template !== undefined) {
    const fixes = [asParameter(reporter, sql, given, path)];
    reporter.report('template-in-sql', { next: given + 1 }, place, { fixes });
    return;
  }
  if (verb === '') {
    reporter.report('no-statement', {}, place);
    return;
  }
  if (second !== undefined) reporter.report('several-statements', {}, { ...place, at: second });
  const most = parameters.at(-1) ?? 0;
  const unread = Array.from({ length: Math.max(most, given) }, (_, index) => index + 1).filter(
    (number) => !parameters.includes(number),
  );
  if (most > given || unread.length > 0) reporter.report('sql-parameters', { given, most, unread }, place);
}

function allowWriting(reporter: Reporter, config: JsonPath): Fix | undefined {
  const { source } = reporter;
  if (source.has([...config, 'readOnly'])) return changeTo(reporter, [...config, 'readOnly'], false);
  const edit = source.insertAfter([...config, 'sql'], '"readOnly": false');
  return edit === undefined ? undefined : { title: 'Let it write: `"readOnly": false`', edits: [edit] };
}

/** Makes the first expression in a statement a parameter, together with quotes around it. */
function asParameter(reporter: Reporter, sql: string, given: number, path: JsonPath): Fix | undefined {
  const found = /'?(\{\{[\s\S]*?\}\})'?/.exec(sql);
  const [whole, expression] = found ?? [];
  if (whole === undefined || expression === undefined) return undefined;
  const changed = sql.replace(whole, () => `$${given + 1}`);
  const { source } = reporter;
  const text = JSON.stringify(expression);
  const added =
    source.append([...path, 'parameters'], text) ?? source.insertAfter([...path, 'sql'], `"parameters": [${text}]`);
  if (added === undefined) return undefined;
  const edits = [source.replaceValue([...path, 'sql'], JSON.stringify(changed)), added];
  return { title: `Make ${expression} the parameter $${given + 1}`, edits };
}

/** What each operation of Redis and on conversations, and each kind of what is generated, needs. */
export const operationNeeds: NodeRule = (context, reporter) => {
  const needs = [
    ...nodesOfType(context, 'redisOperation').map((node) => ({
      node,
      missing: redisOperations[node.config.operation].filter((key) => node.config[key] === undefined),
    })),
    ...nodesOfType(context, 'conversation').map((node) => ({
      node,
      missing: conversationOperations[node.config.operation].filter((key) => node.config[key] === undefined),
    })),
  ].map(({ node, missing }) => ({ node, missing, key: 'operation', operation: node.config.operation }));
  const made = nodesOfType(context, 'cryptoGenerate').map((node) => ({
    node,
    missing: cryptoKinds[node.config.kind].filter((key) => node.config[key] === undefined),
    key: 'kind',
    operation: node.config.kind,
  }));
  const searched = nodesOfType(context, 'qdrantSearch').map((node) => ({
    node,
    missing: searchModes[node.config.mode].filter((key) => node.config[key] === undefined),
    key: 'mode',
    operation: node.config.mode,
  }));
  for (const { node, missing, key, operation } of [...needs, ...made, ...searched]) {
    if (missing.length === 0) continue;
    const path = context.pathOf(node, 'config', key);
    // A mode that is not said is that of the schema.
    const place = reporter.source.has(path) ? path : context.pathOf(node, 'config');
    reporter.report('operation-needs', { operation, missing }, { path: place });
  }
};
