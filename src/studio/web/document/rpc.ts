/** The methods of a worker, as they are called from the page. */
export type Remote<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...parameters: infer Parameters) => infer Answer
    ? (...parameters: Parameters) => Promise<Awaited<Answer>>
    : never;
};

interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly stack: string | undefined } };

/** Calls the methods that a worker serves with `serve`. */
export function remote<Methods extends object>(worker: Worker): Remote<Methods> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) call?.reject(Object.assign(new Error(data.error.message), { stack: data.error.stack }));
    else call?.resolve(data.value);
  });
  worker.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  });
  return new Proxy({} as Remote<Methods>, {
    get:
      (_target, method) =>
      async (...parameters: readonly unknown[]) =>
        new Promise((resolve, reject) => {
          last += 1;
          waiting.set(last, { resolve, reject });
          worker.postMessage({ id: last, method: String(method), parameters } satisfies Call);
        }),
  });
}

/** Answers the calls of the page; those that wait for nothing one after the other. */
export function serve(methods: object): void {
  const answer = async ({ id, method, parameters }: Call): Promise<Answer> => {
    try {
      const call = methods[method as keyof typeof methods] as (...given: readonly unknown[]) => unknown;
      return { id, value: await call.apply(methods, [...parameters]) };
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      return { id, error: { message, stack } };
    }
  };
  self.addEventListener('message', ({ data }: MessageEvent<Call>) => {
    void answer(data).then((given) => self.postMessage(given));
  });
}
