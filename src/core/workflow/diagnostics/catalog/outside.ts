import { error, listed, quoted, warning } from '../entry.ts';

/** What workflows ask of other services. */
export const outsideCodes = {
  'open-address': error<{ problem: string }>({
    message: ({ problem }) => `The host of this address is not fixed: ${problem}.`,
    why: 'Whoever fills in the values would say which machine is asked, and what is sent to it.',
    whatToDo:
      'Begin with `https://` and a host, or with a declared variable such as `{{ env.API_URL }}` and `/` behind it.',
  }),
  'invalid-address': error<{ problem: string }>({
    message: ({ problem }) => `This is no address that can be asked: ${problem}.`,
    why: 'The request would fail in every run.',
    whatToDo: 'Write an address such as `https://api.example.com/items`.',
  }),
  'private-address': warning<{ host: string }>({
    message: ({ host }) => `${quoted(host)} is an address of this machine or its network.`,
    why: 'Generated services refuse such addresses, so that nobody can reach through them into the network they stand in.',
    whatToDo: 'Take a variable for the address, or have the operator set `ALLOW_PRIVATE_ADDRESSES=1`.',
  }),
  'invalid-request-header': error<{ name: string; problem: string }>({
    message: ({ name, problem }) => `The header ${quoted(name)} cannot be set: ${problem}.`,
    why: 'The request would be refused, or mean something else than it says.',
    whatToDo: 'Correct the name, or leave the header out.',
  }),
  'secret-in-file': error<{ name: string }>({
    message: ({ name }) => `The value of ${quoted(name)} looks like a secret, and stands in the file.`,
    why: 'A workflow file is shared and committed; whoever reads it has the secret.',
    whatToDo:
      'Declare a credential in `credentials`, name it in `credential`, and set `CREDENTIAL_NAME` where the service runs.',
  }),
  'unfit-body': error<{ problem: string }>({
    message: ({ problem }) => `The request's body is wrong: ${problem}.`,
    why: 'A request has one body.',
    whatToDo: 'Keep one of `json`, `form`, `text` and `multipart`.',
  }),
  'unfit-pages': error<{ problem: string }>({
    message: ({ problem }) => `\`pages\` cannot be followed: ${problem}.`,
    why: 'Only the first page would be there, or none.',
    whatToDo:
      'Add what is missing, or correct what does not fit; `catalyst nodes httpRequest` says what each way needs.',
  }),
  'undeclared-credential': error<{ name: string; known: readonly string[] }>({
    message: ({ name }) => `The file declares no credential ${quoted(name)}.`,
    hint: ({ known }) =>
      known.length === 0
        ? 'Declare it: `"credentials": {"NAME": {"kind": "bearer"}}`.'
        : `Declare it, or take ${listed(known, 'or')}.`,
    why: 'The service has to know what kind it is and ask its operator for it.',
    whatToDo: 'Declare it in `credentials`.',
  }),
  'invalid-credential': error<{ name: string; problem: string }>({
    message: ({ name, problem }) => `The credential ${quoted(name)} is wrong: ${problem}.`,
    why: 'Its variables could not be set, or it could not be sent.',
    whatToDo: 'Names are lower-case letters, digits and _; the kinds `header` and `query` need a `name`.',
  }),
  'unused-credential': warning<{ name: string }>({
    message: ({ name }) => `No node uses the credential ${quoted(name)}.`,
    why: 'The generated service asks its operator for every declared credential.',
    whatToDo: 'Remove it, or name it in the `credential` of a node.',
  }),
} as const;
