import { basename } from 'node:path';

import { createCompiler, type Compiler, type GeneratedFile } from '../core/codegen/python/index.ts';
import { crc32 } from './crc32.ts';
import { readSources, readWorkflow, type LoadedWorkflow } from './workflowFiles.ts';

/** The files of a workflow's project, where there are no errors. */
export interface CompiledWorkflow extends LoadedWorkflow {
  readonly files: readonly GeneratedFile[] | undefined;
}

/** A compiler for a workflow file that is loaded again after each change. */
export function compilerFor(path: string): Compiler {
  return createCompiler({ name: basename(path), crc32 });
}

/** Reads, checks and compiles a workflow file and the files it names; runs nothing. */
export async function compileWorkflow(path: string, compiler: Compiler): Promise<CompiledWorkflow> {
  return compileText(path, await readWorkflow(path), compiler);
}

/** As `compileWorkflow`, of a text in the place of what is in the file. */
export async function compileText(path: string, text: string, compiler: Compiler): Promise<CompiledWorkflow> {
  const { names, sources } = await readSources(path, (known) => compiler.sourceFiles(text, known));
  return { path, text, namedFiles: names, ...compiler.compile(text, sources) };
}
