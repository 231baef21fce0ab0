import { Component, type ReactNode } from 'react';

import { Button } from '../design/Button.tsx';

interface ErrorBoundaryProps {
  /** What cannot be shown when something in it goes wrong. */
  readonly what: string;
  readonly children: ReactNode;
}

interface Failed {
  readonly error: Error | undefined;
}

/** Keeps a fault of one part of the page from taking the rest along; what was drawn is in the file. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, Failed> {
  override state: Failed = { error: undefined };

  static getDerivedStateFromError(error: unknown): Failed {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div role="alert" className="grid h-full place-items-center overflow-auto p-6">
        <div className="flex max-w-lg flex-col items-start gap-3">
          <p className="font-medium">{this.props.what} cannot be shown: a fault of the Studio.</p>
          <p className="text-xs text-muted">
            Nothing is lost: what you drew is in the file. Undo the last step, or load the page again.
          </p>
          <pre className="max-h-40 w-full overflow-auto rounded-control bg-sunken p-2 font-mono text-2xs">
            {error.message}
          </pre>
          <div className="flex gap-2">
            <Button onClick={() => this.setState({ error: undefined })}>Try again</Button>
            <Button onClick={() => location.reload()}>Load the page again</Button>
          </div>
        </div>
      </div>
    );
  }
}
