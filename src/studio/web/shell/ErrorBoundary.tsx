import { Component, type ReactNode } from 'react';

import { Button } from '../design/Button.tsx';
import { NotLoaded } from '../design/later.ts';

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
    const isMissing = error instanceof NotLoaded;
    return (
      <div
        role="alert"
        className="grid h-full min-w-0 grid-cols-[minmax(0,32rem)] place-content-center overflow-auto p-6"
      >
        <div className="flex min-w-0 flex-col items-start gap-3">
          <p className="font-medium">
            {this.props.what} {isMissing ? 'could not be loaded.' : 'cannot be shown: a fault of the Studio.'}
          </p>
          <p className="text-xs text-muted">
            Nothing is lost: what you drew is in the file.{' '}
            {isMissing
              ? 'See whether `catalyst studio` still runs, and load the page again.'
              : 'Undo the last step, or load the page again.'}
          </p>
          <pre className="max-h-40 w-full overflow-auto rounded-control bg-sunken p-2 font-mono text-2xs">
            {error.message}
          </pre>
          <div className="flex flex-wrap gap-2">
            {!isMissing && <Button onClick={() => this.setState({ error: undefined })}>Try again</Button>}
            <Button onClick={() => location.reload()}>Load the page again</Button>
          </div>
        </div>
      </div>
    );
  }
}
