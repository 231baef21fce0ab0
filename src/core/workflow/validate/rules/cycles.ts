import type { Rule } from '../context.ts';

export const cycles: Rule = ({ file, cycle }, reporter) => {
  const [first] = cycle ?? [];
  // An edge from a node to itself has a rule of its own.
  if (cycle === undefined || first === undefined || cycle.length === 1) return;
  const path = [...cycle.map((edge) => edge.source), first.source];
  reporter.report('cycle', { path }, { path: ['edges', file.edges.indexOf(cycle.at(-1) ?? first)] });
};
