import type { RunUpdate } from '../../protocol/index.ts';
import { duration, preview } from '../design/figures.ts';

/** An update of a run in one line: what it is, and what it says. */
export function eventLine(update: RunUpdate): { readonly name: string; readonly says: string } {
  switch (update.kind) {
    case 'state':
      return { name: update.state, says: update.note ?? '' };
    case 'node_started':
      return { name: 'node started', says: update.node };
    case 'node_ended':
      return {
        name: `node ${update.outcome}`,
        says: `${update.node} ${duration(update.elapsedMs)} ${preview(update.value)}`,
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
    case 'answer':
      return { name: 'answer', says: `status ${update.status}` };
    case 'note':
      return { name: 'note', says: update.text };
  }
}
