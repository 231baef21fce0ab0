import type { Node } from 'jsonc-parser';

import { counted } from '../diagnostics/entry.ts';
import type { Json, JsonPath } from '../json.ts';
import { sizeLimit } from '../parse/readJson.ts';
import { keysOf, schemasAt } from '../parse/schemaAt.ts';
import { applyEdits, type TextEdit } from '../source/range.ts';
import { workflowSchema, type WorkflowNote } from '../types.ts';
import { drawingOf, type Drawing, type DrawnNode } from './drawing.ts';
import { addProperty, appendItems, type StyledText } from './entryEdits.ts';
import { styleOf, type JsonStyle, type Shape } from './jsonStyle.ts';
import { JsonText } from './jsonText.ts';
import { inOneLine, refused, type EditResult, type Refused } from './result.ts';

const sampleSize = 20;

/** The file's lists of things that have a place on the canvas. */
export type ListKey = 'nodes' | 'edges' | 'notes';

/** A workflow file that is being edited: sound JSON, an object, and where everything stands in it. */
export class EditedFile implements StyledText {
  readonly text: string;
  readonly #json: JsonText;
  #style: JsonStyle | undefined;
  #drawing: Drawing | undefined;

  private constructor(text: string, json: JsonText) {
    this.text = text;
    this.#json = json;
  }

  static open(text: string): EditedFile | Refused {
    if (text.length > sizeLimit) return refused('The file is too large to be edited here; split the workflow.');
    const json = JsonText.read(text);
    return json instanceof JsonText ? new EditedFile(text, json) : json;
  }

  get value(): Json {
    return this.#json.value;
  }

  get root(): Node {
    return this.#json.root;
  }

  get style(): JsonStyle {
    if (this.#style === undefined) {
      // A few nodes and edges show how all are written.
      for (let index = 0; index < sampleSize; index += 1) for (const list of ['nodes', 'edges']) this.at([list, index]);
      this.#style = styleOf(this.text, this.root);
    }
    return this.#style;
  }

  get drawing(): Drawing {
    this.#drawing ??= drawingOf(this.value);
    return this.#drawing;
  }

  node(id: string): DrawnNode | undefined {
    return this.drawing.nodes.find((node) => node.id === id);
  }

  note(id: string): WorkflowNote | undefined {
    return this.drawing.notes.find((note) => note.id === id);
  }

  at(path: JsonPath): Node | undefined {
    return this.#json.at(path);
  }

  /** Where a node or a note stands. */
  pathOf(id: string): JsonPath | undefined {
    const node = this.node(id);
    if (node !== undefined) return ['nodes', node.index];
    const place = this.noteIndex(id);
    return place === undefined ? undefined : ['notes', place];
  }

  /** Notes that have no form are left out of the drawing, so their places differ. */
  noteIndex(id: string): number | undefined {
    const list = this.at(['notes'])?.children ?? [];
    const objects = list.flatMap(({ type }, index) => (type === 'object' ? [index] : []));
    const place = this.drawing.notes.findIndex((note) => note.id === id);
    return place < 0 ? undefined : objects[place];
  }

  /** Puts items last into one of the lists, which is made where the file has none; undefined where something else stands. */
  append(list: ListKey, items: readonly Json[], shape: Shape = 'free'): readonly TextEdit[] | undefined {
    if (items.length === 0) return [];
    const array = this.at([list]);
    // New entries are written as the last one is.
    this.at([list, (array?.children ?? []).length - 1]);
    if (array === undefined)
      return addProperty(this, this.root, list, items, { order: this.keysAt([]), shape: 'broken' });
    return array.type === 'array' ? appendItems(this, array, items, shape) : undefined;
  }

  /** The keys of an object, in the order in which one expects them. */
  keysAt(path: JsonPath): readonly string[] {
    return [...keysOf(schemasAt(workflowSchema, path, this.value))];
  }

  edited(edits: readonly TextEdit[], title: string, selected: readonly string[] = []): EditResult {
    const text = applyEdits(this.text, edits);
    return text.length > sizeLimit
      ? refused('The file would become too large to be read; split the workflow.')
      : { ok: true, text, title: inOneLine(title), selected };
  }
}

/** One by its id, several by their number: "answer", "3 nodes". */
export function idOrCount(ids: readonly string[], noun: string): string {
  const [only] = ids;
  return only !== undefined && ids.length === 1 ? only : counted(ids.length, noun);
}
