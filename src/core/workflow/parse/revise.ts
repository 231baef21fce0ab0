import { changeBetween, type TextChange } from '../source/change.ts';
import { SourceDocument } from '../source/SourceDocument.ts';
import { nodeSchemas, type WorkflowNode } from '../types.ts';
import type { Workflow } from './parse.ts';
import { sizeLimit } from './readJson.ts';
import { readSoundJson } from './soundJson.ts';

/** A workflow in which one node was edited, its id and type left alone. */
export interface Revision {
  readonly workflow: Workflow;
  readonly before: WorkflowNode;
  readonly after: WorkflowNode;
  readonly change: TextChange;
}

/** The root and its list of nodes. */
const bracketsAround = 2;

/**
 * As `parse`, when all that changed of the text lies inside of one node and is well-formed there; only that node is read.
 * Undefined when there is more to it.
 */
export function reviseNode(workflow: Workflow, text: string): Revision | undefined {
  const { file, source, nodeSpans } = workflow;
  if (nodeSpans?.length !== file.nodes.length || text.length > sizeLimit) return undefined;
  const change = changeBetween(source.text, text);
  const index = nodeSpans.findIndex(({ start, end }) => start < change.start && change.endBefore < end);
  const [span, before] = [nodeSpans[index], file.nodes[index]];
  if (span === undefined || before === undefined) return undefined;
  const by = change.endAfter - change.endBefore;
  const json = readSoundJson(text.slice(span.start, span.end + by), bracketsAround);
  const parsed = json && nodeSchemas.get(before.type)?.safeParse(json.value);
  if (!parsed?.success) return undefined;
  // The schema is that of the node's type.
  const after = parsed.data as WorkflowNode;
  if (after.id !== before.id) return undefined;
  const moved = nodeSpans.map(({ start, end }, position) => ({
    start: position > index ? start + by : start,
    end: position < index ? end : end + by,
  }));
  const revised = {
    file: { ...file, nodes: file.nodes.with(index, after) },
    source: new SourceDocument(text),
    nodeSpans: moved,
  };
  return { workflow: revised, before, after, change };
}
