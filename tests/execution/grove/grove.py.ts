import type { CompletionType } from '../../../src/core/workflow/modelNodes.ts';
import { completionGenerator } from '../../../src/core/codegen/python/nodes/llm/completion.ts';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';

const module = 'app.nodes.llm.grove';

export const groveCompletion = completionGenerator<CompletionType>(
  {
    complete: py.imported(module, 'complete_by_grove'),
    request: py.imported(module, 'GroveConfig'),
    answer: py.imported(module, 'GroveCompletion'),
    provider: {
      constant: py.imported('app.llm.parts', 'GROVE'),
      make: py.imported('app.llm.providers.grove', 'grove'),
    },
  },
  (request, { config }) => {
    // The type of a node that is listed in the registry has the key.
    const { rings } = config as { readonly rings?: number };
    if (rings !== undefined) request.addExpr('extra_body', py.dict([py.entry('rings', py.literal(rings))]));
  },
);
