import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

import { serve } from '../document/rpc.ts';

export interface TokenCounter {
  /** By the encoding of OpenAI's models since gpt-4o; others cut a text much alike. */
  count(text: string): number;
}

const methods: TokenCounter = { count: (text) => countTokens(text) };

serve(methods);
