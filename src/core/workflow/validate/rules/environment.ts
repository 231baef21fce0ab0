import { providers } from '../../modelNodes.ts';
import { remove } from '../fixes.ts';
import type { WorkflowRule } from '../context.ts';

const secretWords: readonly string[] = ['KEY', 'TOKEN', 'SECRET', 'PASSWORD', 'CREDENTIAL'];

/** The names in `env`: of the right form, no secrets, each once. */
export const environmentNames: WorkflowRule = ({ file }, reporter) => {
  for (const [index, name] of file.env.entries()) {
    const path = ['env', index];
    const word = secretWord(name);
    if (!isEnvironmentName(name)) reporter.report('invalid-env-name', { name }, { path });
    if (word !== undefined) reporter.report('secret-env-name', { name, word }, { path });
    if (file.env.indexOf(name) < index) {
      reporter.report('duplicate-env', { name }, { path }, { fixes: [remove(reporter, path, 'Remove it here')] });
    }
  }
};

/** Declared variables that no expression reads, and that name no folder of files. */
export const unusedEnvironment: WorkflowRule = ({ file, templates }, reporter) => {
  // An expression that could not be read might name the variable.
  if (templates.some(({ template }) => template.problems.length > 0)) return;
  const read = new Set<string>();
  for (const { references } of templates) {
    for (const { path } of references) if (path.root === 'env') read.add(String(path.segments[0]?.key));
  }
  for (const { type, config } of file.nodes)
    if (type === 'response' && config.folder !== undefined) read.add(config.folder);
  for (const [index, name] of file.env.entries()) {
    if (read.has(name) || file.env.indexOf(name) < index) continue;
    const path = ['env', index];
    reporter.report(
      'unused-env',
      { name },
      { path },
      { fixes: [remove(reporter, path, `Remove \`${name}\` from \`env\``)] },
    );
  }
};

export function isEnvironmentName(name: string): boolean {
  return name.length <= 100 && /^[A-Z_][A-Z0-9_]*$/.test(name);
}

/** What makes a name look like that of a secret, or undefined. */
export function secretWord(name: string): string | undefined {
  const upper = name.toUpperCase();
  const prefix = providers.map(({ environmentPrefix }) => environmentPrefix).find((each) => upper.startsWith(each));
  if (prefix !== undefined) return `it starts with ${prefix}`;
  const word = secretWords.find((each) => upper.includes(each));
  return word === undefined ? undefined : `it has ${word} in it`;
}
