import type { Json } from '../json.ts';
import { forbiddenKeys } from '../parse/characters.ts';
import { nestingLimit, nestingProblem } from '../parse/nesting.ts';
import { withoutBom } from '../source/SourceDocument.ts';
import { listAt } from './drawing.ts';
import { isObject, memberAt } from './jsonTree.ts';
import type { Clipping } from './copyItems.ts';
import { refused, type Refused } from './result.ts';

/** In UTF-16 code units. */
const clipboardLimit = 4_000_000;

/** Reads what was copied here, a whole workflow file, or the object of one node. */
export function readClipboard(clipboard: string): Clipping | Refused {
  if (clipboard.length > clipboardLimit) return refused('This is too much to paste: more than 4 MB.');
  const json = withoutBom(clipboard);
  if (!/^\s*[{[]/.test(json)) return refused('This is no workflow and no node: paste the JSON of one.');
  // In a file there are lists around it.
  if (nestingProblem(`[[${json}]]`) !== undefined)
    return refused(`This is nested more than ${nestingLimit} levels deep, which no workflow may be.`);
  let value: Json;
  try {
    value = JSON.parse(json) as Json;
  } catch {
    return refused('This is no JSON. Paste nodes that were copied, a whole workflow file, or one node.');
  }
  const key = forbiddenKeyIn(value);
  if (key !== undefined) return refused(`This has a key “${key}”, which is not allowed in workflow files.`);
  const found = clippingIn(value);
  return found.nodes.length + found.notes.length === 0
    ? refused('There are no nodes in this. Paste nodes that were copied, a whole workflow file, or one node.')
    : found;
}

function clippingIn(value: Json): Clipping {
  const isNode = (item: Json): boolean => typeof memberAt(item, 'type') === 'string';
  const lone = isObject(value) && isNode(value) && memberAt(value, 'nodes') === undefined ? [value] : undefined;
  const nodes = lone ?? (Array.isArray(value) ? (value as readonly Json[]) : listAt(value, 'nodes'));
  return {
    catalyst: 1,
    nodes: nodes.filter(isNode),
    edges: listAt(value, 'edges').filter(isObject),
    notes: lone === undefined ? listAt(value, 'notes').filter(isObject) : [],
  };
}

function forbiddenKeyIn(value: Json): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) {
    const key = Object.keys(value).find((name) => forbiddenKeys.includes(name));
    if (key !== undefined) return key;
  }
  for (const item of Object.values(value)) {
    const key = forbiddenKeyIn(item as Json);
    if (key !== undefined) return key;
  }
  return undefined;
}
