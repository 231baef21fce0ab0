import type { RunUpdate } from '../../protocol/index.ts';
import { duration, preview } from '../design/figures.ts';
import { roundKey } from './rounds.ts';

/** An update of a run in one line: what it is, and what it says. */
export function eventLine(update: RunUpdate): { readonly name: string; readonly says: string } {
  switch (update.kind) {
    case 'state':
      return { name: update.state, says: update.note ?? '' };
    case 'node_started':
      return { name: 'node started', says: placed(update) };
    case 'node_ended':
      return {
        name: `node ${update.outcome}`,
        says: `${placed(update)} ${duration(update.elapsedMs)} ${update.error?.message ?? preview(update.value)}`,
      };
    case 'counted':
      return { name: 'items', says: `${placed(update)} ${update.count}` };
    case 'item_started':
      return { name: 'item started', says: `${itemOf(update)} ${preview(update.value)}` };
    case 'item_ended':
      return {
        name: `item ${update.outcome}`,
        says: `${itemOf(update)} ${duration(update.elapsedMs)} ${update.error?.message ?? preview(update.value)}`,
      };
    case 'failed':
      return { name: 'failed', says: `${update.node ?? ''} ${update.error.type}: ${update.error.message}`.trim() };
    case 'printed':
      return { name: 'printed', says: preview(update.text) };
    case 'event':
      return { name: update.event, says: preview(update.data) };
    case 'call': {
      const { path, status, node } = update.call;
      return { name: 'model call', says: `${node} ${path} ${status ?? 'sent'}` };
    }
    case 'said':
      return { name: 'said', says: preview(update.message) };
    case 'answer':
      return { name: 'answer', says: `status ${update.status}` };
    case 'note':
      return { name: 'note', says: update.text };
  }
}

type Placed = Pick<Extract<RunUpdate, { readonly kind: 'node_started' }>, 'node' | 'items'>;

function placed({ node, items = [] }: Placed): string {
  return items.length === 0 ? node : `${node} (${roundKey(items)})`;
}

function itemOf({ node, items = [], index }: Placed & { readonly index: number }): string {
  return roundKey([...items, { node, index }]);
}
