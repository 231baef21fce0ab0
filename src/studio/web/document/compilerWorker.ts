import '../policy.ts';

import { strToU8, zipSync } from 'fflate';

import { createCompiler, type Compilation, type Compiler } from '../../../core/codegen/python/index.ts';
import { worstCase } from '../../../core/workflow/cost/worstCase.ts';
import type { CompileAnswer, CompileRequest, CompilerWorker, NodeLines } from './compilerProtocol.ts';
import { linesOfNodes } from './nodeLines.ts';
import { serve } from './rpc.ts';

/** One compiler a file, so that going from one to the other stays quick. */
const compilers = new Map<string, Compiler>();
let last: Compilation | undefined;

const methods: CompilerWorker = {
  compile({ text, sources, name }: CompileRequest): CompileAnswer {
    const compiler = compilers.get(name) ?? createCompiler({ name });
    compilers.set(name, compiler);
    last = compiler.compile(text, sources);
    const { diagnostics, checked, files } = last;
    return {
      diagnostics,
      files: files?.map(({ path, content }) => ({ path, size: content.length })),
      order: checked?.order,
      trigger: checked?.trigger.config,
      cost: checked && worstCase(checked),
    };
  },
  generatedFile: (path) => last?.files?.find((file) => file.path === path)?.content,
  nodeLines: (): readonly NodeLines[] => linesOfNodes(last?.files ?? []),
  zip: () =>
    zipSync(Object.fromEntries((last?.files ?? []).map(({ path, content }) => [path, strToU8(content)])), {
      // A fixed date: the same workflow gives the same archive.
      mtime: new Date(1980, 0, 1),
    }),
};

serve(methods);
