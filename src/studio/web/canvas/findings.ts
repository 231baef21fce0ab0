import type { Diagnostic } from '../../../core/workflow/diagnostics/diagnostic.ts';
import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { subjectOf } from '../document/findings.ts';
import { wireKey } from './wireKey.ts';

/** The findings of a file by what they are about. */
export interface Findings {
  /** By the id of a node or note. */
  readonly items: ReadonlyMap<string, readonly Diagnostic[]>;
  /** By the key of an edge. */
  readonly edges: ReadonlyMap<string, readonly Diagnostic[]>;
}

export const noFindings: Findings = { items: new Map(), edges: new Map() };

export function findingsOf(diagnostics: readonly Diagnostic[], drawing: Drawing): Findings {
  const items = new Map<string, Diagnostic[]>();
  const edges = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const subject = subjectOf(diagnostic, drawing);
    if (subject === undefined) continue;
    if ('item' in subject) items.set(subject.item, [...(items.get(subject.item) ?? []), diagnostic]);
    else {
      const edge = drawing.edges.find(({ index }) => index === subject.edge);
      const key = edge === undefined ? undefined : wireKey(edge.wire);
      if (key !== undefined) edges.set(key, [...(edges.get(key) ?? []), diagnostic]);
    }
  }
  return { items, edges };
}
