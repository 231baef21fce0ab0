import { hasData, stopSeconds, type DeployedService } from './service.ts';

interface Beside {
  readonly name: 'postgres' | 'redis' | 'qdrant';
  readonly text: string;
}

const password = '${POSTGRES_PASSWORD:?Set POSTGRES_PASSWORD in .env, to letters and digits}';

const postgres: Beside = {
  name: 'postgres',
  text: `  postgres:
    image: postgres:17.6-alpine
    environment:
      POSTGRES_USER: service
      POSTGRES_PASSWORD: ${password}
      POSTGRES_DB: service
    volumes:
      - postgres:/var/lib/postgresql/data
    healthcheck:
      test: [CMD-SHELL, pg_isready -U service -d service]
      interval: 5s
      timeout: 3s
      retries: 12
    restart: unless-stopped
`,
};

const redis: Beside = {
  name: 'redis',
  text: `  redis:
    image: redis:8.2.1-alpine
    command: [redis-server, --appendonly, "yes"]
    volumes:
      - redis:/data
    healthcheck:
      test: [CMD, redis-cli, ping]
      interval: 5s
      timeout: 3s
      retries: 12
    restart: unless-stopped
`,
};

// Its image has no program that asks over HTTP.
const qdrant: Beside = {
  name: 'qdrant',
  text: `  qdrant:
    image: qdrant/qdrant:v1.15.4
    volumes:
      - qdrant:/qdrant/storage
    healthcheck:
      test: [CMD, bash, -c, "exec 3<>/dev/tcp/127.0.0.1/6333"]
      interval: 5s
      timeout: 3s
      retries: 12
    restart: unless-stopped
`,
};

/** `compose.yaml`: the service with exactly the databases that its workflows use. */
export function compose(service: DeployedService): string {
  const { name, usesRedis, usesQdrant, keepsFile, takesKeys, readsDocuments } = service;
  const usesPostgres = service.postgres.length > 0;
  const beside = [...(usesPostgres ? [postgres] : []), ...(usesRedis ? [redis] : []), ...(usesQdrant ? [qdrant] : [])];
  const environment = [
    'HOST: 0.0.0.0',
    'PORT: "8000"',
    ...service.postgres.map((variable) => `${variable}: postgresql://service:${password}@postgres:5432/service`),
    ...(usesRedis ? ['REDIS_URL: redis://redis:6379/0'] : []),
    ...(usesQdrant ? ['QDRANT_URL: http://qdrant:6333'] : []),
    ...(keepsFile ? ['SQLITE_PATH: /data/data.sqlite'] : []),
    ...(takesKeys ? ['API_KEYS_FILE: /data/api-keys.json'] : []),
    // A file is read again when it is another; a variable stays as it was.
    ...(service.reloads ? service.secrets.map((variable) => `${variable}_FILE: /run/secrets/${variable}`) : []),
  ];
  const mounted = [
    ...(service.reloads ? ['./secrets:/run/secrets:ro'] : []),
    ...(hasData(service) ? ['data:/data'] : []),
    ...(readsDocuments ? ['./documents:/service/documents:ro'] : []),
  ];
  const kept = [...(hasData(service) ? ['data'] : []), ...beside.map((each) => each.name)];
  return `# docker compose up --build
# Secrets and settings come from .env, which .env.example explains${usesPostgres ? '; POSTGRES_PASSWORD is to be there as well' : ''}.
${service.reloads ? `# Each of these secrets is a file below secrets/ that user "service" of the image may read: ${service.secrets.join(', ')}.\n` : ''}${takesKeys ? '# Keys of callers: docker compose run --rm service python -m app.keys add NAME\n' : ''}name: ${name}

services:
  service:
    build: .
    init: true
    env_file: .env
    environment:
${lines(6, environment)}    ports:
      - 127.0.0.1:8000:8000
${
  mounted.length === 0
    ? ''
    : `    volumes:\n${lines(
        6,
        mounted.map((each) => `- ${each}`),
      )}`
}    read_only: true
    tmpfs:
      - /tmp
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
${beside.length === 0 ? '' : `    depends_on:\n${beside.map((each) => `      ${each.name}:\n        condition: service_healthy\n`).join('')}`}    # Longer than DRAIN_SECONDS, so that open requests are answered.
    stop_grace_period: ${stopSeconds}s
    restart: unless-stopped
${beside.map(({ text }) => `\n${text}`).join('')}${
    kept.length === 0
      ? ''
      : `\nvolumes:\n${lines(
          2,
          kept.map((volume) => `${volume}:`),
        )}`
  }`;
}

function lines(indent: number, texts: readonly string[]): string {
  return texts.map((text) => `${' '.repeat(indent)}${text}\n`).join('');
}
