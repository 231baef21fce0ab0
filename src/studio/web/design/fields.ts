/** How what is typed into looks, one line and several. */
export const field =
  'h-7 min-w-0 rounded-control border border-line-strong bg-surface px-2 text-xs text-ink placeholder:text-faint aria-invalid:border-danger';
export const area =
  'min-w-0 rounded-control border border-line-strong bg-surface px-2 py-1 text-xs text-ink placeholder:text-faint aria-invalid:border-danger';
