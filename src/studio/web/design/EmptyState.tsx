import type { ComponentType, ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: boolean }>;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
}

/** What stands where there is nothing to show yet: what would be here, and how it comes. */
export function EmptyState({ icon: Icon, title, children }: EmptyStateProps): ReactNode {
  return (
    <div className="grid h-full place-items-center p-6 text-center">
      <div className="flex max-w-sm flex-col items-center gap-2">
        <span className="text-faint">
          <Icon size={24} aria-hidden />
        </span>
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="text-xs text-muted">{children}</div>}
      </div>
    </div>
  );
}
