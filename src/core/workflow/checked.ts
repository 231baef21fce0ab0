import type { TypeScope } from './expressions/types.ts';
import type { PathRead } from './expressions/walk.ts';
import type { Branch } from './graph/branches.ts';
import type { Graph } from './graph/graph.ts';
import type { FoundLock } from './mcp/lock.ts';
import type { RecordedRun } from './recordedRuns.ts';
import type { TriggerNode } from './trigger.ts';
import type { NodeOf, WorkflowFile, WorkflowNode } from './types.ts';

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

/** A workflow whose queue others put entries into. It may put some into theirs in turn, and into its own. */
export interface QueuedWorkflow {
  /** Where its file lies, from the folder of the outermost workflow. */
  readonly path: string;
  readonly name: string;
  readonly trigger: NodeOf<'queueConsumer'>;
  /** Undefined when it is not sound, which `check` has said, and while it is being checked. */
  readonly checked: () => CheckedWorkflow | undefined;
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
  /** The workflows that `enqueue` nodes put entries into the queues of, by node id. */
  readonly queues: ReadonlyMap<string, QueuedWorkflow>;
  /** The tools of the declared MCP servers, by the name of the server; those of a server that no model uses may be missing. */
  readonly mcpLocks: ReadonlyMap<string, FoundLock>;
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

/** Workflows with those that take what they put into queues, directly or not, each once. */
export function consumersOf(workflows: readonly CheckedWorkflow[]): readonly CheckedWorkflow[] {
  const all = new Set(workflows);
  for (const workflow of all) {
    for (const queued of withCalled(workflow).flatMap(({ queues }) => [...queues.values()])) {
      // One that was read for itself may be another object, and on a canvas have another text by now.
      const isThere = [...all].some(({ file, trigger }) => isSame(file.name, trigger, queued.name, queued.trigger));
      const consumer = isThere ? undefined : queued.checked();
      if (consumer !== undefined) all.add(consumer);
    }
  }
  return [...all];
}

function isSame(name: string, trigger: TriggerNode, otherName: string, other: TriggerNode): boolean {
  return name === otherName && queueOf(trigger) !== undefined && queueOf(trigger) === queueOf(other);
}

function queueOf(trigger: TriggerNode): string | undefined {
  return trigger.type === 'queueConsumer' ? trigger.config.queue : undefined;
}
