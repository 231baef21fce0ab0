import { useEffect, useState } from 'react';

const tickMs = 100;

/** The time, which goes on while something is going on. Milliseconds since the epoch. */
export function useNow(isGoing: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [isGoing]);
  return now;
}
