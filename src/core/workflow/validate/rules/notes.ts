import type { Reporter } from '../../diagnostics/report.ts';
import { takeId } from '../../nodeId.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowNote } from '../../types.ts';
import type { CheckContext, WorkflowRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';

/** In the units of the canvas. */
const limits = [20, 20_000] as const;

/** Notes with ids of their own and sizes that can be seen, and groups of nodes that are there, each in one of them. */
export const notes: WorkflowRule = (context, reporter) => {
  checkIds(context, reporter);
  checkMembers(context, reporter);
  for (const [index, note] of context.file.notes.entries()) checkSize(reporter, index, note);
};

function checkIds(context: CheckContext, reporter: Reporter): void {
  const nodes = nodeIds(context);
  const taken = new Set([...nodes, ...context.file.notes.map(({ id }) => id)]);
  const seen = new Set(nodes);
  for (const [index, { id }] of context.file.notes.entries()) {
    const path = ['notes', index, 'id'];
    if (seen.has(id)) {
      const fixes = [changeTo(reporter, path, takeId(id, taken))];
      reporter.report('duplicate-note-id', { id, isNode: nodes.has(id) }, { path }, { fixes });
    }
    seen.add(id);
  }
}

function checkMembers(context: CheckContext, reporter: Reporter): void {
  const nodes = nodeIds(context);
  const groups = new Map<string, string>();
  for (const [index, { id: group, nodes: members = [] }] of context.file.notes.entries()) {
    for (const [place, id] of members.entries()) {
      const path = ['notes', index, 'nodes', place];
      const leave = remove(reporter, path, 'Remove it from the group');
      const first = groups.get(id);
      if (!nodes.has(id)) {
        const suggestion = suggest(id, nodes);
        const fixes = [changeTo(reporter, path, suggestion), leave];
        reporter.report('unknown-group-member', { group, id }, { path }, { suggestion, fixes });
      } else if (first !== undefined)
        reporter.report('member-of-several-groups', { id, first, group }, { path }, { fixes: [leave] });
      else groups.set(id, group);
    }
  }
}

function checkSize(reporter: Reporter, index: number, { id, size }: WorkflowNote): void {
  const [least, most] = limits;
  for (const side of ['width', 'height'] as const) {
    const found = size[side];
    if (found >= least && found <= most) continue;
    const path = ['notes', index, 'size', side];
    const fixes = [changeTo(reporter, path, Math.min(most, Math.max(least, found)))];
    reporter.report('unusual-note-size', { id, side, found, limits }, { path }, { fixes });
  }
}

/** Disabled nodes are on the canvas as well. */
function nodeIds({ graph, disabled }: CheckContext): ReadonlySet<string> {
  return new Set([...graph.nodes.keys(), ...disabled.keys()]);
}
