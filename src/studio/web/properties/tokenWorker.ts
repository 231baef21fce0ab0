import { modelToEncodingMap } from 'gpt-tokenizer/mapping';

import { serve } from '../document/rpc.ts';

export interface TokenCounter {
  /** By the encoding of a model; that of current models for one that is not known. */
  count(text: string, model: string | undefined): Promise<number>;
}

type Counter = (text: string) => number;

const encodings = {
  cl100k_base: async (): Promise<Counter> => (await import('gpt-tokenizer/encoding/cl100k_base')).countTokens,
  o200k_base: async (): Promise<Counter> => (await import('gpt-tokenizer/encoding/o200k_base')).countTokens,
};

const names: ReadonlyMap<string, string> = new Map(Object.entries(modelToEncodingMap));

const methods: TokenCounter = {
  async count(text, model) {
    const encoding = names.get(model ?? '');
    const counter = await encodings[encoding === 'cl100k_base' ? encoding : 'o200k_base']();
    return counter(text);
  },
};

serve(methods);
