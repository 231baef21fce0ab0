import type { TextEdit } from '../source/range.ts';
import { edgeOf, type DrawnEdge } from './drawing.ts';
import { EditedFile } from './editedFile.ts';
import { addProperty, removeEntries, replaceWith } from './entryEdits.ts';
import { propertyOf } from './jsonTree.ts';
import { refused, type EditResult, type Wire } from './result.ts';
import { whyNotConnect } from './wires.ts';

/** Adds an edge. */
export function connect(text: string, wire: Wire): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const reason = whyNotConnect(file.drawing, wire);
  if (reason !== undefined) return refused(reason);
  const edits = file.append('edges', [edgeOf(wire)]);
  if (edits === undefined) return refused('The list of edges of this file has another form. Mend its text first.');
  return file.edited(edits, `Connect ${wire.source} to ${wire.target}`);
}

/** Lets an edge begin or end elsewhere. */
export function reconnect(text: string, edgeIndex: number, wire: Wire): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const edge = file.drawing.edges.find(({ index }) => index === edgeIndex);
  if (edge === undefined) return refused('This edge is not there any more.');
  const reason = whyNotConnect(file.drawing, wire, edgeIndex);
  if (reason !== undefined) return refused(reason);
  return file.edited(rewireEdits(file, edge, wire), `Reconnect ${wire.source} to ${wire.target}`);
}

/** The edits that make another of an edge; what stays the same is not touched. */
export function rewireEdits(file: EditedFile, edge: DrawnEdge, wire: Wire): readonly TextEdit[] {
  const path = ['edges', edge.index];
  const object = file.at(path);
  if (object === undefined) return [];
  const wanted = edgeOf(wire);
  const order = file.keysAt(path);
  return (['source', 'sourceHandle', 'target', 'targetHandle'] as const).flatMap((key) => {
    if (edge.wire[key] === wire[key]) return [];
    const [found, value] = [propertyOf(object, key)?.value, wanted[key]];
    if (found === undefined) return value === undefined ? [] : addProperty(file, object, key, value, { order });
    return value === undefined ? removeEntries(object, new Set([found])) : [replaceWith(file, found, value)];
  });
}
