import { candidatesOf, isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import { Template } from '../../../../workflow/expressions/syntax.ts';
import { templatesIn } from '../../../../workflow/expressions/templateSchema.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { handleOfPath } from '../../plan/variables.ts';
import { isPythonText } from '../../syntax/literals.ts';
import type { Concurrency } from './concurrency.ts';
import type { Rehearsed } from './search.ts';

const longest = 60;

/** How the requests of a run's model calls are told apart, so that each gets the answer that is meant for it. */
export class Recognition {
  readonly #plan: Plan;
  readonly #concurrency: Concurrency;
  readonly #fixed = new Map<string, readonly string[]>();

  /** @param modelCalls which of the plan's model calls run beside which */
  constructor(plan: Plan, modelCalls: Concurrency) {
    this.#plan = plan;
    this.#concurrency = modelCalls;
  }

  /**
   * The text by which the requests of a node are recognized; undefined where its answer is the next one that is taken anyway,
   * or where nothing in them tells them apart.
   */
  textFor(node: ModelNode, run: Rehearsed): string | undefined {
    return this.#textAgainst(node, this.#rivalsOf(node.id, run), run);
  }

  /** The nodes of a run whose told answers another request might take. */
  mistakable(run: Rehearsed): readonly string[] {
    return this.#completionsIn(run).flatMap((node) => {
      if (!run.trial.answers.has(node.id)) return [];
      const rivals = this.#rivalsOf(node.id, run);
      return rivals.length > 0 && this.#textAgainst(node, rivals, run) === undefined ? [node.id] : [];
    });
  }

  #completionsIn({ outcome }: Rehearsed): readonly ModelNode[] {
    return outcome.ran.flatMap((id) => {
      const node = this.#plan.checked.graph.nodes.get(id);
      return isModelNode(node) ? [node] : [];
    });
  }

  /** Whose requests may come while the answer of a node waits: those beside it, and those before it that are told nothing. */
  #rivalsOf(id: string, run: Rehearsed): readonly ModelNode[] {
    const completions = this.#completionsIn(run);
    const place = completions.findIndex((each) => each.id === id);
    const beside = new Set(this.#concurrency.beside(id));
    return completions.filter(
      (each, index) => each.id !== id && (beside.has(each.id) || (index < place && !run.trial.answers.has(each.id))),
    );
  }

  /** A line of a node's own texts that stands in none of the others'. */
  #textAgainst(node: ModelNode, rivals: readonly ModelNode[], run: Rehearsed): string | undefined {
    if (rivals.length === 0) return undefined;
    const others = rivals.flatMap((rival) => this.#textsOf(rival, run));
    return this.#textsOf(node, run)
      .flatMap((text) => text.split('\n'))
      .map((line) => shortened(line.trim()))
      .find((line) => line.length > 2 && isPythonText(line) && !others.some((other) => other.includes(line)));
  }

  /** What is known of the texts in a node's requests: what is the same in every run, and the question of this one. */
  #textsOf(node: ModelNode, { outcome }: Rehearsed): readonly string[] {
    let fixed = this.#fixed.get(node.id);
    if (fixed === undefined) {
      const asked = candidatesOf(node);
      // Which of several models answers is known to the service alone.
      const constant = asked.length === 1 ? asked[0]?.config.model.constant : undefined;
      fixed = [...fixedTexts(this.#plan, node), ...(constant === undefined ? [] : [constant])];
      this.#fixed.set(node.id, fixed);
    }
    const asked = outcome.questions.filter((each) => each.node === node.id).map(({ question }) => question);
    // In a loop it may be another one in each round.
    const same = asked.every((question) => question === asked[0]) ? asked[0] : undefined;
    return typeof same === 'string' ? [...fixed, same] : fixed;
  }
}

function shortened(line: string): string {
  if (line.length <= longest) return line;
  const end = line.lastIndexOf(' ', longest);
  return line.slice(0, end > 0 ? end : longest);
}

/** The parts of a node's messages that are the same in every run. */
function fixedTexts(plan: Plan, node: WorkflowNode | undefined): readonly string[] {
  if (node?.type === 'promptTemplate') return textParts(node.config.messages);
  if (!isModelNode(node)) return [];
  const { systemPrompt, prompt, messages } = node.config;
  const path =
    messages instanceof Template && messages.single?.kind === 'path' ? handleOfPath(messages.single) : undefined;
  const behind = path === undefined ? undefined : plan.checked.graph.nodes.get(path.node);
  return [
    ...textParts([systemPrompt, prompt, messages]),
    ...(behind?.type === 'promptTemplate' ? fixedTexts(plan, behind) : []),
  ];
}

function textParts(config: unknown): readonly string[] {
  return templatesIn(config).flatMap(({ template }) =>
    template.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
  );
}
