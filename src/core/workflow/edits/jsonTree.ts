import type { Node } from 'jsonc-parser';

import type { Json, JsonPath } from '../json.ts';

/** A property or an item: what stands between two commas. */
export interface Entry {
  readonly start: number;
  readonly end: number;
  readonly value: Node;
}

export function endOf(node: Node): number {
  return node.offset + node.length;
}

/** The properties of an object or the items of an array, in their order; none of anything else. */
export function entriesOf(container: Node): readonly Entry[] {
  return (container.children ?? []).flatMap((child) => {
    const value = child.type === 'property' ? child.children?.[1] : child;
    return value === undefined ? [] : [{ start: child.offset, end: endOf(child), value }];
  });
}

export function keyOf(property: Node): string | undefined {
  const key: unknown = property.type === 'property' ? property.children?.[0]?.value : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** Of a key that is there twice the last counts, as in `JSON.parse`. */
export function propertyOf(object: Node, key: string): Entry | undefined {
  if (object.type !== 'object') return undefined;
  const property = object.children?.findLast((child) => keyOf(child) === key);
  const value = property?.children?.[1];
  return property === undefined || value === undefined
    ? undefined
    : { start: property.offset, end: endOf(property), value };
}

export function itemOf(array: Node, index: number): Node | undefined {
  return array.type === 'array' ? array.children?.[index] : undefined;
}

/** The value that a path leads to. */
export function nodeAt(root: Node, path: JsonPath): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) {
    if (node === undefined) return undefined;
    node = typeof key === 'number' ? itemOf(node, key) : propertyOf(node, key)?.value;
  }
  return node;
}

/** What a tree says, as `JSON.parse` would. */
export function valueOf(node: Node): Json {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as Json;
  return Object.fromEntries(
    (node.children ?? []).flatMap((property) => {
      const [key, value] = [keyOf(property), property.children?.[1]];
      return key === undefined || value === undefined ? [] : [[key, valueOf(value)] as const];
    }),
  );
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an object has under a key of its own. */
export function memberAt(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** @param inOrder keys have to stand in the same order too, as forms show them */
export function isEqual(one: Json, other: Json, inOrder = false): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isEqual(item as Json, other[index] as Json, inOrder))
    );
  const [mine, theirs] = [one as Record<string, Json>, other as Record<string, Json>];
  const [keys, others] = [Object.keys(mine), Object.keys(theirs)];
  return (
    keys.length === others.length &&
    keys.every(
      (key, index) =>
        (inOrder ? others[index] === key : Object.hasOwn(theirs, key)) &&
        isEqual(mine[key] as Json, theirs[key] as Json, inOrder),
    )
  );
}
