import type { TextChange } from '../source/change.ts';
import { SourceDocument } from '../source/SourceDocument.ts';
import { workflowSchema, type WorkflowFile, type WorkflowNote } from '../types.ts';
import type { Workflow } from './parse.ts';
import { readSoundJson } from './soundJson.ts';

/** The notes of a text, when all that changed lies in their list, behind the nodes, and is well-formed there. */
export function revisedNotes(
  { whole, source }: Workflow,
  text: string,
  change: TextChange,
): readonly WorkflowNote[] | undefined {
  const { nodeSpans } = source;
  if (nodeSpans === undefined || nodeSpans.length === 0) return undefined;
  const [{ start }, { end }] = [nodeSpans.at(0), nodeSpans.at(nodeSpans.length - 1)];
  if (change.start < end) return undefined;
  const withoutNodes = (given: string): string => given.slice(0, start) + given.slice(end);
  const before = new SourceDocument(withoutNodes(source.text));
  const list = before.value(['notes']);
  const isInside = list.start < change.start - (end - start) && change.endBefore - (end - start) < list.end;
  if (!before.has(['notes']) || !isInside) return undefined;
  const json = readSoundJson(withoutNodes(text));
  const parsed = json === undefined ? undefined : workflowSchema.safeParse(json.value);
  if (parsed?.success !== true) return undefined;
  const { notes, ...others } = parsed.data as unknown as WorkflowFile;
  return JSON.stringify({ ...others, notes: whole.notes }) === JSON.stringify({ ...whole, nodes: [] })
    ? notes
    : undefined;
}
