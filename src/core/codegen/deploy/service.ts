/** Where a service can be taken to. Each kind is files of its own. */
export const deployKinds = ['compose', 'kubernetes', 'fly', 'railway'] as const;

export type DeployKind = (typeof deployKinds)[number];

/** Whether files for a place are wanted. */
export function isDeployKind(part: string): part is DeployKind {
  return deployKinds.some((kind) => kind === part);
}

/** What a place has to know of a service. */
export interface DeployedService {
  /** A DNS label: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** The variables of secrets that it does not work without. */
  readonly secrets: readonly string[];
  /** Further variables that have to be set. */
  readonly settings: readonly string[];
  /** The variables that take the address of Postgres; none where the workflows do not use it. */
  readonly postgres: readonly string[];
  readonly usesRedis: boolean;
  readonly usesQdrant: boolean;
  /** The service keeps runs, which go on when nobody asks. */
  readonly isDurable: boolean;
  /** The file of an SQLite database is kept, which one instance has. */
  readonly keepsFile: boolean;
  /** Callers come in by keys in a file. */
  readonly takesKeys: boolean;
  readonly readsDocuments: boolean;
  /** Secrets may be replaced while it runs. */
  readonly reloads: boolean;
}

/** All variables that have to be set, of secrets first. */
export function neededVariables(service: DeployedService): readonly string[] {
  const { secrets, settings, postgres, usesRedis, usesQdrant } = service;
  const ofStores = [...postgres, ...(usesRedis ? ['REDIS_URL'] : []), ...(usesQdrant ? ['QDRANT_URL'] : [])];
  return [...secrets, ...settings, ...ofStores];
}

/** Longer than open requests may go on (`DRAIN_SECONDS`, 25 by default), with what it takes to end. */
export const stopSeconds = 40;

/** Whether the service writes to a disk of its own. */
export function hasData({ keepsFile, takesKeys }: DeployedService): boolean {
  return keepsFile || takesKeys;
}

/** `name` as a DNS label (RFC 1123), which Kubernetes, Compose and Fly take. */
export function dnsLabel(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/gu, '');
  return /^[a-z]/u.test(label) ? label : `service-${label}`.replace(/-$/u, '');
}
