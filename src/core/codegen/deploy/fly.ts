import { hasData, neededVariables, stopSeconds, type DeployedService } from './service.ts';

/** `fly.toml`: https://fly.io/docs/reference/configuration/ */
export function fly(service: DeployedService): string {
  const { name, keepsFile, takesKeys, isDurable } = service;
  const secrets = neededVariables(service);
  const environment = [
    'HOST = "0.0.0.0"',
    'PORT = "8000"',
    ...(keepsFile ? ['SQLITE_PATH = "/data/data.sqlite"'] : []),
    ...(takesKeys ? ['API_KEYS_FILE = "/data/api-keys.json"'] : []),
  ];
  return `# fly launch --copy-config --no-deploy    (names of applications are taken by whoever comes first)
# fly secrets set ${secrets.length === 0 ? 'NAME=…' : secrets.map((variable) => `${variable}=…`).join(' ')}
# fly deploy
app = "${name}"
kill_signal = "SIGTERM"
# Longer than DRAIN_SECONDS, so that open requests are answered.
kill_timeout = "${stopSeconds}s"

[build]
dockerfile = "Dockerfile"

[env]
${environment.join('\n')}

[http_service]
internal_port = 8000
force_https = true
${isDurable ? '# Runs go on when nobody asks.\n' : ''}auto_stop_machines = "${isDurable ? 'off' : 'stop'}"
auto_start_machines = true
min_machines_running = 1

[http_service.concurrency]
type = "requests"
soft_limit = 400
hard_limit = 1000

[[http_service.checks]]
method = "GET"
path = "/readyz"
interval = "15s"
timeout = "5s"
grace_period = "15s"
${hasData(service) ? mounts : ''}
[[vm]]
size = "shared-cpu-1x"
memory = "512mb"
`;
}

const mounts = `
# A volume is of one machine, and root's at first: fly ssh console -C "chown service /data", once.
[mounts]
source = "data"
destination = "/data"
`;
