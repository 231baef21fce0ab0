import { useState } from 'react';

import { ApiError } from './client.ts';

interface Asking {
  /** While the server has not answered. */
  readonly isBusy: boolean;
  /** Why it has refused what was asked last; empty where it has not. */
  readonly why: string;
  /** Asks it, and keeps why it refuses. Gives whether it did what was asked. */
  readonly attempt: (what: () => Promise<void>) => Promise<boolean>;
}

/** What a form asks of the server, which may refuse. */
export function useAsking(): Asking {
  const [isBusy, setBusy] = useState(false);
  const [why, setWhy] = useState('');
  const attempt = async (what: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    try {
      await what();
      setWhy('');
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setWhy(error.words);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, why, attempt };
}
