import type { Reporter } from '../../diagnostics/report.ts';
import { typeWords } from '../../diagnostics/words.ts';
import type { JsonPath } from '../../json.ts';
import { typesOf } from '../../jsonSchema.ts';
import { refusedAtRoot } from '../../sentSchema.ts';
import { suggest } from '../../suggest.ts';
import { modelNodes, type CheckContext, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';
import type { ModelNode } from '../../modelNodes.ts';
import { callableNames } from '../requestedModel.ts';

/** The functions and tools that a model is offered, and the one it must call. */
export const functions: NodeRule = (context, reporter) => {
  for (const node of modelNodes(context)) {
    const { functions: declared, functionCall, toolChoice, tools } = node.config;
    checkDeclarations(context, reporter, node);
    const call = context.pathOf(node, 'config', 'functionCall');
    const names = declared.map(({ name }) => name);
    if (functionCall !== undefined && declared.length === 0 && tools.length === 0) {
      reporter.report('function-call-without-functions', { node: node.id, where: 'config' }, { path: call, at: 'key' });
    } else if (typeof functionCall === 'object') {
      checkChoice(reporter, [...call, 'name'], { parameter: 'functionCall', name: functionCall.name, known: names });
    }
    const choice = context.pathOf(node, 'config', 'toolChoice');
    const callable = callableNames(context, node).filter((name) => !names.includes(name) || tools.length > 0);
    if (toolChoice !== undefined && callable.length === 0) {
      reporter.report('tool-choice-without-tools', { node: node.id }, { path: choice, at: 'key' });
    } else if (typeof toolChoice === 'object') {
      checkChoice(reporter, [...choice, 'name'], { parameter: 'toolChoice', name: toolChoice.name, known: callable });
    }
  }
};

function checkDeclarations(context: CheckContext, reporter: Reporter, node: ModelNode): void {
  const declared = (['functions', 'tools'] as const).flatMap((key) =>
    node.config[key].map((declaration, index) => ({
      ...declaration,
      path: context.pathOf(node, 'config', key, index),
    })),
  );
  for (const [index, { name, parameters, path }] of declared.entries()) {
    const place = [...path, 'name'];
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      const fixes = [changeTo(reporter, place, validName(name))];
      reporter.report('invalid-function-name', { name }, { path: place }, { fixes });
    }
    const first = declared.find((other) => other.name === name);
    if (first !== undefined && declared.indexOf(first) < index) {
      const { line } = reporter.source.value([...first.path, 'name']);
      reporter.report('duplicate-function-name', { name, line }, { path: place });
    }
    if (parameters === undefined) continue;
    const refused = refusedAtRoot(parameters);
    if (refused === undefined) continue;
    const found = refused === 'no object' ? typeWords(typesOf(parameters)) : `\`${refused}\``;
    reporter.report('parameters-not-object', { name, found }, { path: [...path, 'parameters'] });
  }
}

interface Choice {
  readonly parameter: 'functionCall' | 'toolChoice';
  readonly name: string;
  readonly known: readonly string[];
}

function checkChoice(reporter: Reporter, path: JsonPath, choice: Choice): void {
  if (choice.known.includes(choice.name)) return;
  const suggestion = suggest(choice.name, choice.known);
  reporter.report('unknown-function', choice, { path }, { suggestion, fixes: [changeTo(reporter, path, suggestion)] });
}

/** The name without what the API refuses in it; undefined when nothing is left. */
export function validName(name: string): string | undefined {
  const fixed = name
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, 64);
  return /[A-Za-z0-9]/.test(fixed) ? fixed : undefined;
}
