import { changeProvider, providerChoices, routerChoice, type AskingChoice } from '../../core/workflow/edits/index.ts';
import { suggest } from '../../core/workflow/index.ts';
import { writeAtomically } from '../../host/atomicFile.ts';
import { UsageError } from '../../host/errors.ts';
import { loadWorkflow, readWorkflow } from '../../host/workflowFiles.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { findingTexts } from '../report.ts';

interface ChangeOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Changed {
  readonly node: string;
  readonly provider: string;
  readonly model: string;
  readonly isModelKnown: boolean;
  readonly lost: readonly { readonly key: string; readonly why: string }[];
}

/** Has nodes ask other providers; says what of their configs has no equal there, and what is found in the file afterwards. */
export async function change(
  context: CommandContext,
  path: string,
  wanted: readonly string[],
  { dryRun = false, json = false }: ChangeOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  let text = await readWorkflow(path);
  const before = text;
  const changes: Changed[] = [];
  for (const { node, choice } of wanted.map(wishIn)) {
    const result = changeProvider(text, node, choice.type, choice.server);
    if (!result.ok) throw new UsageError(result.reason, 'catalyst check shows what stands in the file.');
    ({ text } = result);
    const { model, isModelKnown, lost } = result;
    changes.push({ node, provider: choice.id, model, isModelKnown, lost });
  }
  const loaded = await loadWorkflow(path, text);
  if (!dryRun && text !== before) writeAtomically(path, text);
  const { diagnostics } = loaded;
  const isSound = diagnostics.every(({ severity }) => severity !== 'error');
  if (json) terminal.print(JSON.stringify({ ok: isSound, written: !dryRun, changes, diagnostics }, null, 2));
  else {
    for (const { node, provider, model, isModelKnown, lost } of changes) {
      const doubt = isModelKnown ? '' : ', of which nothing is known here';
      const end = lost.length === 0 ? '; nothing is lost' : '';
      terminal.print(`${node} ${dryRun ? 'would ask' : 'asks'} ${provider} for ${model}${doubt}${end}`);
      for (const { key, why } of lost) terminal.print(`  ${terminal.out.yellow('lost')} ${key}: ${why}`);
    }
    for (const finding of findingTexts(loaded, diagnostics, terminal.out)) terminal.print(finding);
  }
  return isSound ? exitCode.fine : exitCode.workflowErrors;
}

function wishIn(wish: string): { readonly node: string; readonly choice: AskingChoice } {
  const [, node = '', provider = ''] = /^([^=]+)=(.+)$/.exec(wish) ?? [];
  const choices = [...providerChoices, routerChoice];
  const ids = choices.map(({ id }) => id);
  const there = `The providers are ${ids.slice(0, -1).join(', ')}; ${routerChoice.id} is for several.`;
  if (node === '') throw new UsageError(`${wish} names no provider: NODE=PROVIDER is expected.`, there);
  const choice = choices.find(({ id, shortName }) => [id, shortName].includes(provider.toLowerCase()));
  if (choice !== undefined) return { node, choice };
  const meant = suggest(provider, ids);
  throw new UsageError(
    `There is no provider ${provider}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    there,
  );
}
