/** What is known of every model, whatever it makes. */
export interface CommonFacts {
  /** Null when they are not known. */
  readonly prices: object | null;
  readonly sources: Sources;
}

/** What one model can do and costs. Limits are in tokens. */
export interface ModelFacts extends CommonFacts {
  /** Prompt and answer together. */
  readonly contextWindow: number;
  readonly maxOutput: number;
  readonly tokenLimitParameter: 'max_tokens' | 'max_completion_tokens';
  /**
   * When `temperature`, `top_p`, the penalties, `logprobs` and `logit_bias` are taken: in every call, only with
   * `reasoning_effort` "none", or never (but for their defaults).
   */
  readonly sampling: 'always' | 'without-reasoning' | 'never';
  readonly stop: boolean;
  /** The deprecated `functions` and `function_call`. */
  readonly functions: boolean;
  readonly tools: boolean;
  readonly parallelToolCalls: boolean;
  /** False: Chat Completions refuses tools while the model reasons; Responses takes both. */
  readonly toolsWithReasoning: boolean;
  readonly jsonMode: boolean;
  readonly jsonSchema: boolean;
  readonly vision: boolean;
  readonly verbosity: boolean;
  /** Predicted outputs. */
  readonly prediction: boolean;
  /** The values of `reasoning_effort`; empty for a model that does not take it. */
  readonly reasoningEfforts: readonly ReasoningEffort[];
  /** The effort of a call that names none. */
  readonly defaultEffort: ReasoningEffort | null;
  /** False: only `/v1/responses` has it. */
  readonly chat: boolean;
  /** How the thinking of a model can be set; left out where only the effort says it. */
  readonly thinking?: ThinkingFacts;
  /** False: the model cannot be made to call a function. */
  readonly forcedTools?: boolean;
  /** False: the last message has to be the user's. */
  readonly prefill?: boolean;
  /** False: instructions are taken before the conversation only. */
  readonly lateInstructions?: boolean;
  /** The shortest beginning of a prompt that is cached where the cache has to be asked for. */
  readonly cacheMinimum?: number;
  /** How good its answers are beside those of other models; left out where nobody knows. */
  readonly quality?: Rated;
  /** How fast it answers, which a service goes by until it has measured that itself. */
  readonly pace?: Pace;
  readonly prices: Prices | null;
}

/** Source: `openai/types/shared/reasoning_effort.py` of openai-python 3.54.0. */
export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
/** `default` is Groq's word for the effort of a call that names none. */
export type ReasoningEffort = (typeof reasoningEfforts)[number] | 'default';

/** The ways to set how a model thinks. */
export const thinkingModes = ['adaptive', 'budget', 'off'] as const;
export type ThinkingMode = (typeof thinkingModes)[number];

export interface ThinkingFacts {
  /** Those that the model takes. */
  readonly modes: readonly ThinkingMode[];
  /** What happens where nothing is said. */
  readonly unasked: 'adaptive' | 'off';
  /** What the API calls thinking that is off. */
  readonly off: 'disabled' | 'between_tools';
  /** The greatest effort that goes with thinking that is off; left out where every one does. */
  readonly mostEffortWhenOff?: ReasoningEffort;
}

/** A rank among all models, the best highest, and where it is from. */
export interface Rated {
  readonly rank: number;
  readonly source: string;
}

/** Milliseconds until the first token, tokens per second from there, and where they are from. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly source: string;
}

/** In USD per million tokens. */
export interface Prices extends TokenPrices {
  /** For the whole of a call whose prompt has more than `above` tokens. */
  readonly longContext: (TokenPrices & { readonly above: number }) | null;
}

export interface TokenPrices {
  readonly input: number;
  /** Prompt tokens that were cached; null when they cost as much as others, or it is not known. */
  readonly cached: number | null;
  readonly output: number;
  /** Prompt tokens that are written to the cache, and those that are kept there for an hour; left out where that costs nothing more. */
  readonly written?: { readonly short: number; readonly hour: number };
}

/** Where the facts are from. */
export interface Sources {
  readonly capabilities: string;
  readonly prices: string | null;
}

/** Models that share their facts, and when they end. */
export interface Listing<Facts = ModelFacts> {
  readonly names: readonly string[];
  readonly facts: Facts;
  /** ISO date, and the current model that comes closest. */
  readonly ends?: { readonly on: string; readonly replacement: string };
  /** The provider lists the name, but serves no such model. */
  readonly unavailable?: { readonly replacement: string };
}

/** The data of the package `@pydantic/genai-prices`, which takes them from the providers' price lists. */
export const genaiPrices = '@pydantic/genai-prices 0.1.8';

/** The same of Python, which is newer. */
export const genaiPrices023 = 'genai-prices 0.2.3';

export function usd(input: number, cached: number | null, output: number): Prices {
  return { input, cached, output, longContext: null };
}
