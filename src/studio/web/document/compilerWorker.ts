import '../policy.ts';

import { strToU8, zipSync } from 'fflate';

import {
  createCompiler,
  nodeLines,
  sampleObject,
  type Compilation,
  type Compiler,
} from '../../../core/codegen/python/index.ts';
import { worstCase } from '../../../core/workflow/cost/worstCase.ts';
import { endpointOf, inputOf, meaningOf } from '../../../core/workflow/index.ts';
import { calleeOf, completionsAt, hoverAt, lenientContext, readerAt } from '../../../core/workflow/language/index.ts';
import type { CompileAnswer, CompileRequest, CompilerWorker } from './compilerProtocol.ts';
import { serve } from './rpc.ts';

/** One compiler a file, so that going from one to the other stays quick. */
const compilers = new Map<string, Compiler>();
let last: Compilation | undefined;
let lastRequest: CompileRequest | undefined;
/** What is known of the last text, as well as it can be read, once somebody has asked. */
let known: ReturnType<typeof lenientContext>;

const methods: CompilerWorker = {
  compile({ text, sources, name }: CompileRequest): CompileAnswer {
    const compiler = compilers.get(name) ?? createCompiler({ name });
    compilers.set(name, compiler);
    last = compiler.compile(text, sources);
    lastRequest = { text, sources, name };
    known = undefined;
    const { diagnostics, checked, files } = last;
    return {
      diagnostics,
      files: files?.map(({ path, content }) => ({ path, size: content.length })),
      order: checked?.order,
      trigger: checked && endpointOf(checked.trigger),
    };
  },
  generatedFile: (path) => last?.files?.find((file) => file.path === path)?.content,
  cost: () => last?.checked && worstCase(last.checked),
  nodeLines: () => (last?.checked === undefined ? [] : nodeLines(last.checked, last.files ?? [])),
  completions({ node, key }, text, offset) {
    const [context, reader] = readerOf(node);
    return context === undefined || reader === undefined
      ? []
      : completionsAt(context, readerAt(reader, key), text, offset);
  },
  hover({ node, key }, text, offset) {
    const [context, reader] = readerOf(node);
    return context === undefined || reader === undefined
      ? undefined
      : hoverAt(context, readerAt(reader, key), text, offset);
  },
  callee(node) {
    const context = knownContext();
    return context && calleeOf(context, node);
  },
  sampleInput() {
    const trigger = knownContext()?.trigger;
    if (trigger === undefined) return undefined;
    const means = meaningOf(inputOf(trigger));
    return sampleObject({ ...means, required: Object.keys(means.properties ?? {}) }, true);
  },
  zip: () =>
    zipSync(Object.fromEntries((last?.files ?? []).map(({ path, content }) => [path, strToU8(content)])), {
      // A fixed date: the same workflow gives the same archive.
      mtime: new Date(1980, 0, 1),
    }),
};

function knownContext(): typeof known {
  known ??= last?.context ?? leniently();
  return known;
}

function leniently(): typeof known {
  if (lastRequest === undefined) return undefined;
  const { text, sources, name } = lastRequest;
  return lenientContext(text, sources, name);
}

/** A node and what is around it; one that is disabled as if it was not. */
function readerOf(id: string) {
  const context = knownContext();
  const reader = context?.graph.nodes.get(id);
  if (context !== undefined && reader !== undefined) return [context, reader] as const;
  known = leniently();
  return [known, known?.graph.nodes.get(id)] as const;
}

serve(methods);
