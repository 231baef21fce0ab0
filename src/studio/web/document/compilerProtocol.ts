import type { NodeLines } from '../../../core/codegen/python/index.ts';
import type { WorstCase } from '../../../core/workflow/cost/worstCase.ts';
import type { Diagnostic, Endpoint, Json } from '../../../core/workflow/index.ts';
import type { Callee, Completion, Hover } from '../../../core/workflow/language/index.ts';

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
  readonly trigger: Endpoint | undefined;
}

/** Where a text with expressions stands: the node, and the key of its config. */
export interface TextPlace {
  readonly node: string;
  readonly key: string | undefined;
}

/** What the compiler's worker can be asked for; `createRpc` makes the calls. */
export interface CompilerWorker {
  compile(request: CompileRequest): CompileAnswer;
  /** A file of the project that was compiled last. */
  generatedFile(path: string): string | undefined;
  /** The most that one request can cost; undefined where the text has errors. */
  cost(): WorstCase | undefined;
  /** Which lines of the project that was compiled last are which node's. */
  nodeLines(): readonly NodeLines[];
  /** What can be typed at an offset of a text of a node's config. All of these go by the text that was compiled last. */
  completions(at: TextPlace, text: string, offset: number): readonly Completion[];
  hover(at: TextPlace, text: string, offset: number): Hover | undefined;
  /** What a node calls: the parameters of its function or workflow. */
  callee(node: string): Callee | undefined;
  /** An input that fits the schema of the trigger, each of its fields set. */
  sampleInput(): Json | undefined;
  /** The project that was compiled last as a zip archive. */
  zip(): Uint8Array;
}
