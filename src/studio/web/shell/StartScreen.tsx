import type { ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';

/** What stands there until the server has answered, or when it does not. */
export function StartScreen(): ReactNode {
  const failure = useStudio((state) => state.failure);
  return (
    <div className="grid h-full place-items-center p-8 text-center">
      {failure === undefined ? (
        <p role="status" className="text-muted">
          Opening the Studio …
        </p>
      ) : (
        <div role="alert" className="max-w-md">
          <h1 className="text-lg font-semibold">{failure.message}</h1>
          {failure.hint !== undefined && <p className="mt-2 text-muted">{failure.hint}</p>}
        </div>
      )}
    </div>
  );
}
