import type { NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Keyword } from '../../syntax/tree.ts';

/** The keyword for the credential that a node names; the file declares it. */
export function credentialKeyword(name: string | undefined, scope: NodeScope): readonly Keyword[] {
  if (name === undefined) return [];
  const declared = scope.checked.file.credentials[name];
  if (declared === undefined) throw new Error(`check lets no credential through that is not declared: ${name}`);
  const field = declared.kind === 'header' || declared.kind === 'query' ? [py.literal(declared.name ?? '')] : [];
  const made = py.imported('app.outside.credentials', 'Credential');
  return [py.keyword('credential', py.call(made, py.literal(name), py.literal(declared.kind), ...field))];
}
