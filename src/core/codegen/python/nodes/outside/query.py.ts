import { asJson } from '../../../../workflow/json.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';

/** Statements are constants; values reach them as lists of parameters, one for each statement. */
function queryGenerator<T extends 'postgresQuery' | 'sqliteQuery'>(
  query: Expr,
  shared: Expr & { readonly kind: 'name' },
  module: string,
): NodeCodeGenerator<T> {
  return {
    callsOut: true,
    imports: ['PostgresQuery', 'SqliteQuery'],
    settings: [module, 'app/outside/queries.py'],
    shared,
    valueType: (node, scope) => resultAnnotation(node, scope, node.id),
    annotates: () => true,
    value: (node, scope) => {
      const { sql, parameters, before, readOnly, maxRows, rowSchema } = node.config;
      const statements = [...before, { sql, parameters }];
      const made = py.call(
        query,
        py.keyword('node', py.literal(node.id)),
        py.keyword('statements', py.list(statements.map((statement) => py.literal(statement.sql)))),
        ...(readOnly ? [] : [py.keyword('read_only', py.literal(false))]),
        ...(maxRows === 1000 ? [] : [py.keyword('max_rows', py.literal(maxRows))]),
        ...(rowSchema === undefined ? [] : [py.keyword('row_schema', py.literal(asJson(rowSchema)))]),
      );
      const send = py.attribute(scope.constant(node.id, undefined, made), 'send');
      const given = statements.map((statement) => py.list(statement.parameters.map((value) => scope.json(value))));
      return py.awaited(py.call(send, py.name('ctx'), ...given));
    },
  };
}

export const postgresQuery = queryGenerator<'postgresQuery'>(
  py.imported('app.outside.postgres', 'PostgresQuery'),
  py.imported('app.outside.postgres', 'Postgres'),
  'app/outside/postgres.py',
);
export const sqliteQuery = queryGenerator<'sqliteQuery'>(
  py.imported('app.outside.sqlite', 'SqliteQuery'),
  py.imported('app.outside.sqlite', 'Sqlite'),
  'app/outside/sqlite.py',
);
