import type { Fix } from '../../diagnostics/diagnostic.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowCredential } from '../../types.ts';
import { outsideNodes, type NodeRule, type WorkflowRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';
import { headerName } from './outsideRequests.ts';

/** The credentials that the file declares: named so that variables can be named after them, and each used. */
export const credentials: WorkflowRule = ({ file }, reporter) => {
  const used = new Set(outsideNodes(file).map(({ config }) => config.credential));
  for (const [name, credential] of Object.entries(file.credentials)) {
    const path = ['credentials', name];
    const problem = credentialProblem(name, credential);
    if (problem !== undefined) reporter.report('invalid-credential', { name, problem }, { path, at: 'key' });
    if (used.has(name)) continue;
    const fixes = [remove(reporter, path, 'Remove it')];
    reporter.report('unused-credential', { name }, { path, at: 'key' }, { fixes });
  }
};

function credentialProblem(name: string, { kind, name: field }: WorkflowCredential): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) return 'its name is not made of lower-case letters, digits and _';
  if (name.endsWith('_host')) return 'its name ends with `_host`, which names the variable of a host';
  const isNamed = kind === 'header' || kind === 'query';
  if (!isNamed) return field === undefined ? undefined : `the kind \`${kind}\` has no \`name\``;
  if (field === undefined) return `the kind \`${kind}\` needs a \`name\``;
  if (kind === 'header' && !headerName.test(field)) return `\`${field}\` is no name of a header`;
  return field === '' ? 'its `name` is empty' : undefined;
}

function declaration(reporter: Reporter, name: string): Fix | undefined {
  if (credentialProblem(name, { kind: 'bearer' }) !== undefined) return undefined;
  const entry = `${JSON.stringify(name)}: {"kind": "bearer"}`;
  const { source } = reporter;
  const edit = source.append(['credentials'], entry) ?? source.insertAfter(['name'], `"credentials": {${entry}}`);
  return edit === undefined ? undefined : { title: `Declare \`${name}\` in \`credentials\``, edits: [edit] };
}

/** Nodes name credentials that the file declares. */
export const credentialReferences: NodeRule = (context, reporter) => {
  const known = Object.keys(context.file.credentials);
  for (const node of outsideNodes(context)) {
    const { credential: name } = node.config;
    if (name === undefined || known.includes(name)) continue;
    const path = context.pathOf(node, 'config', 'credential');
    const suggestion = suggest(name, known);
    const fixes = [changeTo(reporter, path, suggestion), declaration(reporter, name)];
    reporter.report('undeclared-credential', { name, known }, { path }, { suggestion, fixes });
  }
};
