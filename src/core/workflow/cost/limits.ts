import type { Candidate } from '../modelNodes.ts';
import { modelBehind } from '../validate/requestedModel.ts';

/** The most tokens that one answer of a node can have, reasoning included; undefined when nothing is known of that. */
export function answerLimit(node: Candidate): number | undefined {
  const { config } = node;
  const model = modelBehind(node);
  const own = typeof config.maxTokens === 'number' ? config.maxTokens : undefined;
  if (own === undefined || model === undefined) return own ?? model?.maxOutput;
  return Math.min(own, model.maxOutput);
}
