import { useEffect, useRef, useState } from 'react';

import { compiler } from './compiler.ts';
import { useDocument } from './documentStore.ts';

/**
 * What the compiler says of the text that it compiled last, asked again whenever that is another; undefined until it has answered.
 * @param about what the question hangs on besides; a question about something else is asked anew
 */
export function useCompiled<Answer>(
  ask: (of: ReturnType<typeof compiler>) => Promise<Answer>,
  about = '',
): Answer | undefined {
  const compiled = useDocument((state) => state.current?.compiled);
  const [answer, setAnswer] = useState<{ readonly about: string; readonly value: Answer }>();
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (compiled === undefined) return undefined;
    let isCurrent = true;
    void latest
      .current(compiler())
      .then(
        (value) =>
          isCurrent &&
          setAnswer((before) =>
            before?.about === about && JSON.stringify(before.value) === JSON.stringify(value)
              ? before
              : { about, value },
          ),
      );
    return () => {
      isCurrent = false;
    };
  }, [compiled, about]);
  return answer?.about === about ? answer.value : undefined;
}
