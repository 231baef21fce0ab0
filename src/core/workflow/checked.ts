import type { TypeScope } from './expressions/types.ts';
import type { PathRead } from './expressions/walk.ts';
import type { Branch } from './graph/branches.ts';
import type { Graph } from './graph/graph.ts';
import type { RecordedRun } from './recordedRuns.ts';
import type { TriggerNode } from './trigger.ts';
import type { WorkflowFile, WorkflowNode } from './types.ts';

/** What can be read from a Python function without running it. */
export interface PythonSignature {
  readonly isAsync: boolean;
  readonly docstring: string | undefined;
  readonly parameters: readonly PythonParameter[];
  /** The annotation of what it returns, as it is written; undefined when there is none, or a decorator may change it. */
  readonly returns: string | undefined;
}

export interface PythonParameter {
  readonly name: string;
  readonly kind: 'positionalOnly' | 'positionalOrKeyword' | 'keywordOnly' | 'variadic' | 'keywordVariadic';
  /** The annotation as it is written, or undefined when there is none. */
  readonly annotation: string | undefined;
  readonly hasDefault: boolean;
}

/** The Python behind a `pythonFunction` node. */
export interface PythonFunction {
  readonly signature: PythonSignature;
  /** The text of its module. */
  readonly code: string;
}

/** A workflow that `check` has found sound, with what it found out on the way. */
export interface CheckedWorkflow {
  readonly file: WorkflowFile;
  /** The text of the file. */
  readonly text: string;
  readonly trigger: TriggerNode;
  readonly graph: Graph;
  /** Every node, so that each comes after what it waits for. */
  readonly order: readonly string[];
  readonly branches: ReadonlyMap<string, Branch>;
  /** Every path that the expressions of a node read, in the order of its config. */
  readonly readsOf: (node: string) => readonly PathRead[];
  /** By node id, for every `pythonFunction`. */
  readonly functions: ReadonlyMap<string, PythonFunction>;
  /** The workflows that `subWorkflow` nodes call, by node id. One that several call is the same object. */
  readonly calls: ReadonlyMap<string, CheckedWorkflow>;
  /** Runs that are kept as tests beside the workflow file. */
  readonly recordedRuns: readonly RecordedRun[];
  /** What is known of the values that the expressions of a node read. */
  readonly scopeOf: (reader: WorkflowNode) => TypeScope;
}

/** A workflow and all that it calls, directly or not, each once; none before its first caller. */
export function withCalled(checked: CheckedWorkflow): readonly CheckedWorkflow[] {
  const found = new Set([checked]);
  for (const each of found) for (const called of each.calls.values()) found.add(called);
  return [...found];
}
