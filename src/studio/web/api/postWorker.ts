import { serve } from '../document/rpc.ts';
import type { PostWorker } from './posting.ts';
import { postJson } from './postJson.ts';

const methods: PostWorker = {
  async post(path, body, token) {
    const response = await postJson(path, body, token);
    return { status: response.status, text: await response.text() };
  },
};

serve(methods);
