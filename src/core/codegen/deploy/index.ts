import { compose } from './compose.ts';
import { fly } from './fly.ts';
import { autoscaling, kubernetes } from './kubernetes.ts';
import { railway } from './railway.ts';
import type { DeployedService, DeployKind } from './service.ts';

export { deployKinds, dnsLabel, hasData, isDeployKind, type DeployedService, type DeployKind } from './service.ts';

interface DeployFile {
  readonly path: string;
  readonly content: string;
}

/** The files that take a service to these places. */
export function deployFiles(kinds: readonly DeployKind[], service: DeployedService): readonly DeployFile[] {
  return [...new Set(kinds)].flatMap((kind) => filesOf(kind, service));
}

function filesOf(kind: DeployKind, service: DeployedService): readonly DeployFile[] {
  switch (kind) {
    case 'compose':
      return [{ path: 'compose.yaml', content: compose(service) }];
    case 'kubernetes':
      return [
        { path: 'kubernetes/service.yaml', content: kubernetes(service) },
        ...(service.keepsFile ? [] : [{ path: 'kubernetes/autoscaling.yaml', content: autoscaling(service) }]),
      ];
    case 'fly':
      return [{ path: 'fly.toml', content: fly(service) }];
    case 'railway':
      return [{ path: 'railway.json', content: railway() }];
  }
}
