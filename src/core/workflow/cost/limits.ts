import { findModel } from '../models/models.ts';
import type { NodeOf } from '../types.ts';

/** The most tokens that one answer of a node can have, reasoning included; undefined when nothing is known of that. */
export function answerLimit({ config }: NodeOf<'openaiCompletion'>): number | undefined {
  const model = findModel(config.model.constant ?? '');
  const own = typeof config.maxTokens === 'number' ? config.maxTokens : undefined;
  if (own === undefined || model === undefined) return own ?? model?.maxOutput;
  return Math.min(own, model.maxOutput);
}
