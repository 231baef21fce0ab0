/** The least and the greatest value that a parameter takes. */
export type Range = readonly [low: number, high: number];

/** What an API takes, whatever the model. */
export interface RequestRules {
  readonly temperature: Range;
  readonly topP: Range;
  readonly presencePenalty: Range;
  readonly frequencyPenalty: Range;
  readonly logitBias: Range;
  /** How many texts `stop` may list. */
  readonly stops: number;
  /** How many entries, and how many characters of a key and of a value. */
  readonly metadata: { readonly entries: number; readonly key: number; readonly value: number };
  /** Whether JSON mode is refused unless some message has the word JSON. */
  readonly jsonModeNeedsWord: boolean;
  /** Whether messages may name who speaks. */
  readonly participantNames: boolean;
  /** Whether messages may have files. */
  readonly files: boolean;
  /** Further parameters that are refused, by their wire names. */
  readonly refused: readonly string[];
}

/**
 * The rules of OpenAI's Chat Completions. Who speaks the same API has them but for what it says otherwise.
 * Sources: https://platform.openai.com/docs/api-reference/chat/create, `Metadata` in OpenAI's published schema,
 * https://platform.openai.com/docs/guides/structured-outputs#json-mode
 */
export const chatCompletionsRules: RequestRules = {
  temperature: [0, 2],
  topP: [0, 1],
  presencePenalty: [-2, 2],
  frequencyPenalty: [-2, 2],
  logitBias: [-100, 100],
  stops: 4,
  metadata: { entries: 16, key: 64, value: 512 },
  jsonModeNeedsWord: true,
  participantNames: true,
  files: true,
  refused: [],
};
