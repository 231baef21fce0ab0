import type { WorstCase } from '../../../core/workflow/cost/worstCase.ts';
import type { Diagnostic, NodeOf } from '../../../core/workflow/index.ts';

export interface CompileRequest {
  readonly text: string;
  /** The texts of the files that it names, by their path from its folder. */
  readonly sources: ReadonlyMap<string, string>;
  /** The workflow file's own name. */
  readonly name: string;
}

/** What became of a text. What only sound workflows have is undefined for others. */
export interface CompileAnswer {
  readonly diagnostics: readonly Diagnostic[];
  /** Files of the project by path, each with the number of its characters. */
  readonly files: readonly { readonly path: string; readonly size: number }[] | undefined;
  /** Every node, so that each comes after what it waits for. */
  readonly order: readonly string[] | undefined;
  readonly trigger: NodeOf<'httpEndpoint'>['config'] | undefined;
  readonly cost: WorstCase | undefined;
}

/** Lines of the generated project that belong to a node, counted from 1, the last one included. */
export interface NodeLines {
  readonly file: string;
  readonly node: string;
  readonly start: number;
  readonly end: number;
}

/** What the compiler's worker can be asked for; `createRpc` makes the calls. */
export interface CompilerWorker {
  compile(request: CompileRequest): CompileAnswer;
  /** A file of the project that was compiled last. */
  generatedFile(path: string): string | undefined;
  /** Which lines of the project that was compiled last are which node's. */
  nodeLines(): readonly NodeLines[];
  /** The project that was compiled last as a zip archive. */
  zip(): Uint8Array;
}
