/** What a server that speaks Chat Completions does otherwise than OpenAI. What is left out is as there. */
export interface Habits {
  /** It calls the limit of an answer `max_completion_tokens`. */
  readonly newLimit?: true;
  /** It refuses `stream_options`, and reports the usage of a stream unasked. */
  readonly noStreamOptions?: true;
  /** Its answers tell what they cost, in US dollars. */
  readonly tellsCost?: true;
  /** It takes one message of the system at most. */
  readonly oneSystemMessage?: true;
  /** Every answer with calls has to come back with what the model thought, be it nothing. */
  readonly wantsThoughts?: true;
  /** It refuses a JSON schema: JSON mode is asked for, and the schema stands in a message. */
  readonly noJsonSchema?: true;
  /** It refuses JSON mode: a schema that takes any object is sent in its place. */
  readonly noJsonMode?: true;
  /** What it takes of the members of an answer, besides its text and its calls, where that comes back; all, where this is left out. */
  readonly takesBack?: readonly string[];
  /** What it calls the seed. */
  readonly seed?: string;
  /** The ids of calls are of nine letters and digits. */
  readonly shortCallIds?: true;
  /** Parameters that it refuses, by their wire names. */
  readonly refused?: readonly string[];
  /** It refuses messages that name who speaks. */
  readonly noNames?: true;
}

/** A server that is known: where it is, and how it differs. */
export interface CompatibleServer {
  readonly name: string;
  readonly address: string;
  /** It answers without a key. */
  readonly isKeyless?: true;
  readonly habits: Habits;
  /** Where this is from. */
  readonly source: string;
}

/**
 * The known servers, by what a node's `provider` says. The addresses are also those of litellm 1.110.2 (`constants.py`,
 * `get_llm_provider_logic.py`, `llms/`), but for Gemini's and those of servers on one's own machine. The runtime's table, `compatible_servers.py`, is written from this one. A key
 * is sent to the address here, or to the one that the operator sets for the same name, and nowhere else.
 */
export const compatibleServers: Readonly<Record<string, CompatibleServer>> = {
  gemini: {
    name: 'Gemini',
    address: 'https://generativelanguage.googleapis.com/v1beta/openai',
    habits: {},
    source: 'https://ai.google.dev/gemini-api/docs/openai',
  },
  openrouter: {
    name: 'OpenRouter',
    address: 'https://openrouter.ai/api/v1',
    habits: { tellsCost: true },
    source: 'https://openrouter.ai/docs/api/reference/overview',
  },
  deepseek: {
    name: 'DeepSeek',
    address: 'https://api.deepseek.com/v1',
    habits: { wantsThoughts: true, noJsonSchema: true },
    source: 'https://api-docs.deepseek.com/guides/thinking_mode',
  },
  mistral: {
    name: 'Mistral',
    address: 'https://api.mistral.ai/v1',
    // Its requests may hold nothing that it does not know: `models/` of mistralai 3.7.0, litellm#30835, langchain#24668.
    habits: {
      noStreamOptions: true,
      takesBack: [],
      seed: 'random_seed',
      shortCallIds: true,
      refused: ['logit_bias', 'user'],
      noNames: true,
    },
    source: 'https://docs.mistral.ai/api',
  },
  xai: {
    name: 'xAI',
    address: 'https://api.x.ai/v1',
    habits: { tellsCost: true },
    source: 'https://docs.x.ai/docs/api-reference, https://docs.x.ai/developers/cost-tracking',
  },
  together: {
    name: 'Together',
    address: 'https://api.together.xyz/v1',
    // Its chunks hold the number of each token besides: `types/chat/` of together 3.1.1.
    habits: { takesBack: ['reasoning', 'reasoning_content'] },
    source: 'https://docs.together.ai/docs/openai-api-compatibility',
  },
  fireworks: {
    name: 'Fireworks',
    address: 'https://api.fireworks.ai/inference/v1',
    // `types/shared_params/chat_message.py` of fireworks-ai 1.2.30.
    habits: { takesBack: ['reasoning_content'], noNames: true },
    source: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  },
  cerebras: {
    name: 'Cerebras',
    address: 'https://api.cerebras.ai/v1',
    // What it does not know it refuses: `types/chat/` of cerebras-cloud-sdk 1.91.0, QwenLM/qwen-code#11045.
    habits: { newLimit: true, takesBack: ['reasoning'] },
    source: 'https://inference-docs.cerebras.ai/resources/openai',
  },
  moonshot: {
    name: 'Moonshot',
    address: 'https://api.moonshot.ai/v1',
    habits: {},
    source: 'https://platform.moonshot.ai/docs/api/chat',
  },
  perplexity: {
    name: 'Perplexity',
    address: 'https://api.perplexity.ai',
    // `types/shared_params/chat_message_input.py` and `types/chat/completion_create_params.py` of perplexityai 0.46.1.
    habits: {
      noStreamOptions: true,
      tellsCost: true,
      noJsonMode: true,
      takesBack: ['reasoning_steps'],
      noNames: true,
    },
    source: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  },
  ollama: {
    name: 'Ollama',
    address: 'http://127.0.0.1:11434/v1',
    isKeyless: true,
    habits: {},
    source: 'https://docs.ollama.com/api/openai-compatibility',
  },
  vllm: {
    name: 'vLLM',
    address: 'http://127.0.0.1:8000/v1',
    isKeyless: true,
    habits: { oneSystemMessage: true },
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  },
  llamacpp: {
    name: 'llama.cpp',
    address: 'http://127.0.0.1:8080/v1',
    isKeyless: true,
    habits: {},
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  },
  lmstudio: {
    name: 'LM Studio',
    address: 'http://127.0.0.1:1234/v1',
    isKeyless: true,
    habits: {},
    source: 'https://lmstudio.ai/docs/app/api/endpoints/openai',
  },
};

/** Those that make embeddings and answer no chat. Theirs is a line of the same table. */
export const embeddingServers: Readonly<Record<string, CompatibleServer>> = {
  voyage: {
    name: 'Voyage AI',
    address: 'https://api.voyageai.com/v1',
    habits: {},
    source: '`util.py` of voyageai-python 0.5.0',
  },
};
