import { error, quoted, warning } from '../entry.ts';

/** Who may come in, and webhooks. */
export const doorCodes = {
  'caller-without-auth': error<{ problem: string }>({
    message: ({ problem }) => `Nobody knows who asks: ${problem}.`,
    why: 'The endpoint lets in anyone, so there is no caller to read or to count by.',
    whatToDo: 'Set `auth` of the trigger to `{"kind": "apiKey"}` or another kind, or do without the caller.',
  }),
  'caller-of-called': error<{ path: string }>({
    message: ({ path }) => `${quoted(path)} reads \`caller\`, which it does not have when another workflow calls it.`,
    why: 'Only a workflow that is asked over HTTP knows who asks; who calls it as a step or a tool is no caller.',
    whatToDo: 'Give it what it needs as an input: `"args": {"user": "{{ caller.name }}"}`.',
  }),
  'unfit-auth': error<{ problem: string }>({
    message: ({ problem }) => `\`auth\` does not fit together: ${problem}.`,
    why: 'A setting that nothing reads would make believe that it protects something.',
    whatToDo: 'Correct the kind, or remove the setting.',
  }),
  'empty-rate-limit': warning<object>({
    message: () => '`rateLimit` limits nothing.',
    why: 'It says neither how many requests, nor tokens, nor dollars may be used in a minute or a day.',
    whatToDo: 'Set a quota such as `"minute": {"requests": 60}`, or remove it.',
  }),
  'invalid-header-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a header.`,
    why: 'No request could have it.',
    whatToDo: 'Write a name such as `X-Signature`: letters, digits and `-`.',
  }),
  'unfit-signature': error<{ problem: string; hint: string }>({
    message: ({ problem }) => `It is not clear how the webhook is signed: ${problem}.`,
    hint: ({ hint }) => hint,
    why: 'A webhook whose signature is not checked would let anyone start runs.',
    whatToDo: 'Say in `hmac` how the service signs, or take its own scheme with `service`.',
  }),
} as const;
