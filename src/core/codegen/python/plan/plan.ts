import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { Decision } from '../../../workflow/graph/branches.ts';
import type { NodeSteps } from './steps.ts';

/**
 * What a run leaves behind for later steps to read.
 * - `value`: the node's result.
 * - `way`: what decided which way the run took at the node; at a model node the function call itself.
 * - `error`: the problem for which the node failed, where the run goes on along its handle `error`.
 * - `runs`: whether a node ran that several, not all, branches lead to.
 * - `item`, `index`: what a round of a loop is about, and the how many-th it is.
 */
export interface Variable {
  readonly kind: 'value' | 'way' | 'error' | 'runs' | 'item' | 'index';
  readonly node: string;
}

/** Holds when all decisions of at least one alternative have fallen so. */
export type Test = readonly (readonly Decision[])[];

export type Step =
  /** Runs a node. `assignsWay`: what decides its way is read later, and no branch step follows to keep it. */
  | { readonly kind: 'run'; readonly node: string; readonly assignsWay: boolean }
  /**
   * Goes on along one way of a node that has just run; runs it as well where its failure is one of the ways, the last.
   * `declares` is read after the step though only some ways set it. Ways that lead to the same have the same block.
   */
  | {
      readonly kind: 'branch';
      readonly node: string;
      readonly ways: readonly Block[];
      readonly declares: readonly Variable[];
      readonly keepsWay: boolean;
    }
  /** Runs the body when one of several branches that lead to `node` was taken; `isDecided`: it stands in all of them. */
  | {
      readonly kind: 'join';
      readonly isDecided: boolean;
      readonly node: string;
      readonly test: Test;
      readonly body: Block;
      readonly declares: readonly Variable[];
      readonly keepsTest: boolean;
    }
  /** Runs the body in rounds: for each item of a list, or until its result is good. */
  | { readonly kind: 'loop'; readonly node: string; readonly body: Block; readonly awaits: boolean }
  /** Runs the arms at the same time and waits for all of them. */
  | { readonly kind: 'fork'; readonly arms: readonly ForkArm[] }
  /** Answers and ends the run; with a test, only when it holds. */
  | { readonly kind: 'respond'; readonly node: string; readonly test: readonly Decision[] };

export type Block = readonly Step[];

export interface ForkArm {
  readonly body: Block;
  /** What steps after the fork read of it. */
  readonly gives: readonly Variable[];
}

/** The compiler's intermediate form of a workflow: ordinary control flow, still without any Python. */
export interface Plan {
  readonly checked: CheckedWorkflow;
  readonly body: Block;
  /** Where each node stands in it; looked for when it is first asked for. */
  readonly steps: () => ReadonlyMap<string, NodeSteps>;
  /** Every variable that some step reads. */
  readonly reads: ReadonlySet<string>;
  /** The nodes whose text goes to a streaming caller as it arrives. */
  readonly streamed: ReadonlySet<string>;
  /** The plans of the workflows that `subWorkflow` nodes call, by node id. */
  readonly calls: ReadonlyMap<string, Plan>;
}

/** A key under which a variable can be kept in a set or map. */
export function variableKey(variable: Variable): string {
  return `${variable.kind}:${variable.node}`;
}

/** True when no step after the block can run, because every path through it has answered. */
export function alwaysAnswers(block: Block): boolean {
  const last = block.at(-1);
  if (last === undefined) return false;
  if (last.kind === 'respond') return last.test.length === 0;
  return last.kind === 'branch' && last.ways.every(alwaysAnswers);
}
