import type * as z from 'zod';

import type { ReasoningEffort } from '../../models/facts.ts';
import type { accountShape } from './account.ts';
import type { apiShape, extraShape } from './api.ts';
import type { cacheShape } from './cache.ts';
import type { answerLimitShape, callLimitShape } from './limits.ts';
import type { conversationShape } from './messages.ts';
import type { modelShape } from './model.ts';
import type { ReasoningFormat, reasoningShape } from './reasoning.ts';
import type { responseFormatShape } from './responseFormat.ts';
import type { samplingShape, topKShape } from './sampling.ts';
import type { speedShape } from './speed.ts';
import type { thinkingShape } from './thinking.ts';
import type { toolsShape } from './tools.ts';

type Of<Shape extends z.core.$ZodShape> = z.output<z.ZodObject<Shape>>;

/** What every model node has in its config, whichever model it asks. */
type Needed = Of<typeof conversationShape & typeof responseFormatShape & typeof toolsShape>;

/** What a model node has where its provider's API takes it. */
type Offered = Omit<OfferedKeys, 'serviceTier'> & {
  /** Providers have tiers of their own. */
  readonly serviceTier?: string | undefined;
};

type OfferedKeys = Of<
  typeof answerLimitShape &
    typeof samplingShape &
    typeof topKShape &
    typeof accountShape &
    typeof reasoningShape &
    typeof thinkingShape &
    typeof cacheShape &
    typeof speedShape &
    typeof callLimitShape &
    typeof extraShape &
    typeof apiShape
>;

/** What providers have words of their own for. */
interface Worded {
  readonly reasoningEffort?: ReasoningEffort | undefined;
  readonly serviceTier?: string | undefined;
  readonly reasoningFormat?: ReasoningFormat | undefined;
  /** Who serves the model, where the type of the node does not say it. */
  readonly provider?: string | undefined;
}

/** The config of a node that asks a model, be it one of several. */
export type AskedConfig = Needed & Partial<Omit<Offered, keyof Worded>> & Worded;

/** The config of one model, whoever serves it: checks, costs and generated code go by it. */
export type CompletionConfig = AskedConfig & Of<ReturnType<typeof modelShape>>;
