export type HostErrorCode =
  | 'cannot_write'
  | 'file_not_found'
  | 'not_a_file'
  | 'not_durable'
  | 'outside_folder'
  | 'packages_unavailable'
  | 'port_in_use'
  | 'python_incomplete'
  | 'python_missing'
  | 'python_too_old'
  | 'service_failed'
  | 'service_refused'
  | 'service_unreachable'
  | 'unreadable'
  | 'unsafe_path';

/** A service, ours or another's, does not do what was asked of it. */
const serviceCodes: ReadonlySet<HostErrorCode> = new Set([
  'not_durable',
  'service_failed',
  'service_refused',
  'service_unreachable',
]);
const usageCodes: ReadonlySet<HostErrorCode> = new Set([
  'file_not_found',
  'not_a_file',
  'outside_folder',
  'port_in_use',
  'unreadable',
  'unsafe_path',
]);

/** Something outside a workflow stands in the way: what it is, and in `hint` the way out. */
export class HostError extends Error {
  readonly code: HostErrorCode;
  readonly hint: string;

  constructor(code: HostErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostError';
    this.code = code;
    this.hint = hint;
  }

  /** 2 when another command line would do, 3 when the machine lacks something, 4 when the service could not run. */
  get exitCode(): 2 | 3 | 4 {
    if (serviceCodes.has(this.code)) return 4;
    return usageCodes.has(this.code) ? 2 : 3;
  }
}

/** What was asked for cannot be done: why, and in `hint` what to ask for instead. */
export class UsageError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** The `code` of a failed system call, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
