import type { Lifecycle } from '../../core/workflow/models/catalog.ts';
import type { Terminal } from '../terminal.ts';

/* What all models have, in words. */

export function isOffered({ status }: Lifecycle): boolean {
  return status === 'current' || status === 'retiring';
}

export function statusText({ out }: Terminal, { status: is }: Lifecycle): string {
  return { current: out.green, retiring: out.yellow, retired: out.red, unavailable: out.red }[is](is);
}

export function ending({ status: is, shutdownDate, replacement }: Lifecycle): string {
  if (is === 'current') return '';
  if (is === 'unavailable') return `use ${replacement}`;
  return is === 'retired' ? `since ${shutdownDate}; use ${replacement}` : `until ${shutdownDate}, then ${replacement}`;
}

export function dollars(price: number | null): string {
  return price === null ? '' : `$${price}`;
}
