import { inputOf } from '../trigger.ts';
import type { CheckedWorkflow } from '../checked.ts';
import { mcpToolsOf } from '../mcp/tools.ts';
import { Template } from '../expressions/syntax.ts';
import type { TokenPrices } from '../models/facts.ts';
import type { Model } from '../models/catalog.ts';
import { candidatesOf, providerOf, type Candidate, type ModelNode } from '../modelNodes.ts';
import type { RoutesConfig } from '../nodes/llm/routes.ts';
import { connectedTools, hasRounds, modelBehind, type ConnectedTool } from '../validate/requestedModel.ts';
import { areAllWritten, sentMessages, textsOf, writtenMessages, type Message } from '../validate/sentMessages.ts';
import { boundOfTemplate, bytesOf, sum, type Bound } from './bounds.ts';
import { answerLimit } from './limits.ts';

/** Tokens and USD at most; null where there is no limit or no price is known. */
export interface Spending {
  readonly promptTokens: number | null;
  readonly answerTokens: number | null;
  readonly usd: number | null;
}

/** What one node's model calls can come to in one run. */
export interface NodeCost extends Spending {
  /** In a called workflow with the calling node before it: `lookup.answer`. */
  readonly node: string;
  readonly model: string;
  /** How often the model is called at most; null where nothing limits that. */
  readonly calls: number | null;
  /** What has no limit, or no price, in sentences. */
  readonly notes: readonly string[];
}

/** Around each message, function and request the API adds a few tokens. Source: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken_models */
const framing = 16;

/**
 * What the calls of a node can come to: those of the dearest model that it can ask. Where one that was cut is followed by
 * another, or two are asked beside each other, both are paid for.
 */
export function costOfNode(checked: CheckedWorkflow, node: ModelNode): NodeCost {
  const [first, ...others] = candidatesOf(node).map((candidate) => costOfCandidate(checked, candidate));
  if (first === undefined) throw new Error(`${node.id} can ask no model`);
  return others.length === 0 ? first : ofAttempts([first, ...others], paidAttempts(node));
}

/** How many models can be paid for one answer. */
function paidAttempts({ config }: ModelNode): number {
  const { onCut, hedgeAfterMs = 0 } = config as Partial<RoutesConfig>;
  return onCut === 'restart' ? Infinity : hedgeAfterMs > 0 ? 2 : 1;
}

/** Of several models at most so many, the dearest ones; none has a limit where one of them has none. */
function ofAttempts(costs: readonly NodeCost[], attempts: number): NodeCost {
  const most = (key: 'promptTokens' | 'answerTokens' | 'usd' | 'calls'): number | null => {
    const amounts = costs.map((cost) => cost[key]).filter((amount) => amount !== null);
    if (amounts.length < costs.length) return null;
    const dearest = amounts.toSorted((a, b) => b - a).slice(0, attempts);
    return dearest.reduce((all, amount) => all + amount, 0);
  };
  const paid = Math.min(attempts, costs.length);
  const routed =
    paid === 1
      ? 'The dearest of the models that can answer is counted.'
      : `Up to ${paid} models are paid for one answer, and counted.`;
  return {
    node: costs[0]?.node ?? '',
    model: costs.map(({ model }) => model).join(', '),
    calls: most('calls'),
    promptTokens: most('promptTokens'),
    answerTokens: most('answerTokens'),
    usd: most('usd'),
    notes: [...new Set([routed, ...costs.flatMap(({ notes }) => notes)])],
  };
}

function costOfCandidate(checked: CheckedWorkflow, node: Candidate): NodeCost {
  const notes: string[] = [];
  const name = node.config.model.constant;
  const model = modelBehind(node);
  if (model === undefined && name === undefined)
    notes.push('The model is chosen by an expression, so its limits and prices are not known.');
  else if (model === undefined)
    notes.push(`The model \`${name}\` is not known, so its limits and prices are not either.`);
  else if (model.prices === null) notes.push(`No price is known for \`${name ?? model.name}\`.`);
  const calls = hasRounds(checked, node) ? node.config.maxToolRounds + 1 : 1;
  const answer = answerLimit(node) ?? null;
  if (answer === null) notes.push('Nothing limits the length of the answer.');
  const first = promptBound(checked, node);
  if ('unlimited' in first) notes.push(`Nothing limits ${first.unlimited}${window(model)}.`);
  if (calls > 1) {
    notes.push(`Nothing limits what ${calls - 1} rounds of tools add to the prompt${window(model)}.`);
  }
  const room = model === undefined ? null : Math.max(0, model.contextWindow - (answer ?? 0));
  const prompt = 'unlimited' in first ? room : room === null ? first.tokens : Math.min(first.tokens, room);
  const later = calls - 1;
  return {
    node: node.id,
    model: name ?? node.config.model.source,
    calls,
    promptTokens: prompt === null || (later > 0 && room === null) ? null : prompt + later * (room ?? 0),
    answerTokens: answer === null ? null : answer * calls,
    usd: total(node, prompt, room, answer, later),
    notes,
  };
}

function window(model: Model | undefined): string {
  return model === undefined ? '' : '; it is counted as the whole context window of the model';
}

function total(
  node: Candidate,
  prompt: number | null,
  room: number | null,
  answer: number | null,
  later: number,
): number | null {
  const [first, next] = [usdOf(node, prompt, answer), usdOf(node, room, answer)];
  return first === null || next === null ? null : first + later * next;
}

/** What a call costs with nothing read from a cache, and all written to it where that may happen. */
function usdOf(node: Candidate, prompt: number | null, answer: number | null): number | null {
  const prices = modelBehind(node)?.prices;
  if (prices === null || prices === undefined || prompt === null || answer === null) return null;
  const long = prices.longContext;
  const own: TokenPrices = long !== null && prompt > long.above ? long : prices;
  return (prompt * promptPrice(node, own) + answer * own.output) / 1e6;
}

function promptPrice(node: Candidate, { input, written }: TokenPrices): number {
  // Anthropic writes only where a node says so; others by themselves.
  const { cache = providerOf(node).api === 'messages' ? 'off' : 'auto' } = node.config;
  if (written === undefined || cache === 'off') return input;
  return Math.max(input, typeof cache === 'object' && cache.ttl === '1h' ? written.hour : written.short);
}

function promptBound(checked: CheckedWorkflow, node: Candidate): Bound {
  const { systemPrompt, prompt, messages, functions, tools, responseFormat, extra, prediction } = node.config;
  const texts = [systemPrompt, prompt].filter((text) => text !== undefined);
  const sent = sentMessages(checked.graph, node);
  const isKnown = messages === undefined || (sent !== undefined && areAllWritten(sent.messages));
  const declared = [...functions, ...tools, ...(typeof responseFormat === 'object' ? [responseFormat.schema] : [])];
  const offered = [
    ...connectedTools(checked, node).map((tool) => toolText(checked, tool)),
    ...mcpToolsOf(checked, node).map(
      ({ name, tool }) => `${name}${tool.description}${JSON.stringify(tool.inputSchema)}`,
    ),
  ];
  return sum([
    { tokens: framing },
    ...texts.map((text) => sum([{ tokens: framing }, boundOfTemplate(checked, text)])),
    ...(isKnown ? [] : [{ unlimited: `the messages of \`${node.id}\`` }]),
    ...writtenMessages(sent?.messages ?? []).map(({ message }) => boundOfMessage(checked, message)),
    ...declared.map((declaration) => ({ tokens: framing + bytesOf(JSON.stringify(declaration)) })),
    ...offered.map((text) => ({ tokens: framing + bytesOf(text) })),
    ...(prediction === undefined ? [] : [boundOfTemplate(checked, prediction)]),
    ...(extra === undefined ? [] : [{ unlimited: `the \`extra\` parameters of \`${node.id}\`` }]),
  ]);
}

/** Text that holds all that the model is told of a tool: a function's module, with its signature and docstring. */
function toolText(checked: CheckedWorkflow, { name, node }: ConnectedTool): string {
  const called = checked.calls.get(node.id);
  if (called === undefined) return checked.functions.get(node.id)?.code ?? '';
  return `${name}${called.file.description}${JSON.stringify(inputOf(called.trigger))}`;
}

function boundOfMessage(checked: CheckedWorkflow, message: Message): Bound {
  const other = message.content instanceof Template ? undefined : message.content.find(({ type }) => type !== 'text');
  if (other !== undefined) return { unlimited: `the tokens of ${other.type === 'image' ? 'an image' : 'a file'}` };
  const texts = textsOf(message).map((text) => boundOfTemplate(checked, text));
  return sum([{ tokens: framing + bytesOf(message.name ?? '') }, ...texts]);
}
