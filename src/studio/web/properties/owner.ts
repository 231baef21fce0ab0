import { moveProperty, setValue, type EditResult } from '../../../core/workflow/edits/index.ts';
import type { Json, JsonPath } from '../../../core/workflow/index.ts';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';

/** What a form is about. */
export type Owner = { readonly kind: 'workflow' } | { readonly kind: 'node' | 'note'; readonly id: string };

export const workflow: Owner = { kind: 'workflow' };

/** Where it stands in the file now; undefined when it is gone. */
export function pathOf(owner: Owner, { drawing }: Pick<OpenDocument, 'drawing'>): JsonPath | undefined {
  if (owner.kind === 'workflow') return [];
  if (owner.kind === 'note') {
    const index = drawing.notes.findIndex(({ id }) => id === owner.id);
    return index < 0 ? undefined : ['notes', index];
  }
  const node = drawing.nodes.find(({ id }) => id === owner.id);
  return node && ['nodes', node.index];
}

/** Tells fields of the page apart, and makes what is typed into one of them one step. */
export function fieldKey(owner: Owner, path: JsonPath): string {
  return [owner.kind === 'workflow' ? owner.kind : `${owner.kind} ${owner.id}`, ...path].join('/');
}

/** Sets something in the file, as one step. Gives false when that could not be done; the page then says why. */
export function writeValue(owner: Owner, path: JsonPath, value: Json | undefined): boolean {
  return write(owner, undefined, (text, root) => setValue(text, [...root, ...path], value));
}

/** An edit that is made before it is done. */
export interface TypedEdit {
  /** The text that the open file will have; undefined where it cannot be done. */
  readonly foresee: () => string | undefined;
  /** Gives false when it could not be done; the page then says why. */
  readonly write: () => boolean;
}

/** As `writeValue`, of what is being typed: without a rest in between it is one step. */
export function typedValue(owner: Owner, path: JsonPath, value: Json | undefined): TypedEdit {
  let made: { readonly from: string; readonly result: EditResult } | undefined;
  const edited = (text: string, root: JsonPath): EditResult => {
    if (made?.from !== text) made = { from: text, result: setValue(text, [...root, ...path], value) };
    return made.result;
  };
  return {
    foresee() {
      const { current } = useDocument.getState();
      const root = current && pathOf(owner, current);
      const result = current && root && edited(current.text, root);
      return result?.ok === true ? result.text : undefined;
    },
    write: () => write(owner, fieldKey(owner, path), edited),
  };
}

/** Sets several things in the file as one step. */
export function writeValues(
  owner: Owner,
  values: readonly { readonly path: JsonPath; readonly value: Json | undefined }[],
): boolean {
  return write(owner, undefined, (text, root) =>
    editInTurn(
      text,
      values.map(({ path, value }) => [[...root, ...path], value]),
    ),
  );
}

/** Puts a property of an object at the place of another one, as one step. */
export function movePropertyOf(owner: Owner, path: JsonPath, key: string, to: string): boolean {
  return write(owner, undefined, (text, root) => moveProperty(text, [...root, ...path], key, to));
}

function editInTurn(text: string, changes: readonly (readonly [JsonPath, Json | undefined])[]): EditResult {
  let result: EditResult = { ok: true, text, title: '', selected: [] };
  for (const [path, value] of changes) {
    result = setValue(result.text, path, value);
    if (!result.ok) return result;
  }
  return result;
}

function write(
  owner: Owner,
  mergeKey: string | undefined,
  change: (text: string, root: JsonPath) => EditResult,
): boolean {
  const { current, apply } = useDocument.getState();
  const root = current && pathOf(owner, current);
  if (current === undefined || root === undefined) return false;
  // A form changes what is selected; it selects nothing else.
  return apply(change(current.text, root), { keepsSelection: true, ...(mergeKey !== undefined && { mergeKey }) });
}

/** Does an edit of the open file, as one step. */
export function edit(change: (text: string) => EditResult): boolean {
  const { current, apply } = useDocument.getState();
  return current !== undefined && apply(change(current.text));
}
