import { isDeployKind, type DeployKind } from '../../deploy/index.ts';
import type { ProjectPart } from '../project/projectParts.ts';
import { isServicePart, type ServicePart } from './serviceParts.ts';

const parts: Readonly<Record<ServicePart, string>> = {
  metrics:
    '`GET /metrics` is for Prometheus, with `Authorization: Bearer` and what `METRICS_TOKEN` is set to; without that variable nobody sees them.',
  'access-log': 'Each request is a line in the log. `ACCESS_LOG=0` turns that off.',
  reload:
    'Secrets in `.env`, or in files that variables such as `OPENAI_API_KEY_FILE` name, are read again when they change and on `SIGHUP`.',
  workers: '`python -m app.runtime.serve --workers 4`, or `WORKERS=4`, serves with four processes.',
};

const places: Readonly<Record<DeployKind, string>> = {
  compose: '`docker compose up --build`, as `compose.yaml` says, with the databases that the workflows use',
  kubernetes: '`kubectl apply -f kubernetes/`, after what the first lines of `kubernetes/service.yaml` say',
  fly: '`fly deploy`, after what the first lines of `fly.toml` say',
  railway: '`railway up`, as `railway.json` says; variables are set at Railway',
};

/** How the service is operated, beyond what all have. */
export function operationText(wanted: readonly ProjectPart[]): string {
  const lines = wanted
    .filter(isServicePart)
    .map((part) => `- ${parts[part]}\n`)
    .join('');
  const elsewhere = wanted
    .filter(isDeployKind)
    .map((kind) => `- ${places[kind]}\n`)
    .join('');
  return `${elsewhere === '' ? '' : `\nElsewhere:\n\n${elsewhere}`}${lines === '' ? '' : `\n## Operate\n\n${lines}`}`;
}
