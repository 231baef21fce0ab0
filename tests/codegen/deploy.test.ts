import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml, parseAllDocuments } from 'yaml';

import { deployKinds, emit, emitWith, type ProjectPart } from '../../src/core/codegen/python/index.ts';
import { planOf } from '../compile.ts';

const root = join(import.meta.dirname, '../..');
const chat = 'examples/chat/chat.workflow.json';
const databases = 'tests/execution/databases.workflow.json';
const durable = 'examples/nightly-digest/nightly-digest.workflow.json';
const documents = 'examples/ask-docs/ask-docs.workflow.json';
const indexed = 'examples/ask-docs/index-docs.workflow.json';
const hook = 'tests/codegen/golden/door/pushed.workflow.json';
const keyed = 'tests/codegen/golden/door/with-key.workflow.json';

type Wanted = readonly ProjectPart[];

/** What stands at a place in a parsed file; fails where nothing does. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, step) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step))
      throw new Error(`No ${path.join('.')}`);
    return Reflect.get(found, step);
  }, value);
}

function names(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.map((each) => at(each, 'name')) : Object.keys(value ?? {}).toSorted();
}

function filesOf(wanted: Wanted, ...workflows: readonly string[]): ReadonlyMap<string, string> {
  const files = emitWith(wanted, ...workflows.map((file) => planOf(join(root, file))));
  return new Map(files.map(({ path, content }) => [path, content]));
}

const everywhere: Wanted = deployKinds;

function composeOf(wanted: Wanted, ...workflows: readonly string[]): unknown {
  return parseYaml(filesOf(wanted, ...workflows).get('compose.yaml') ?? '');
}

/** The manifests by their kinds. */
function manifestsOf(wanted: Wanted, ...workflows: readonly string[]): ReadonlyMap<string, unknown> {
  const files = filesOf(wanted, ...workflows);
  const texts = ['service', 'autoscaling'].flatMap((name) => files.get(`kubernetes/${name}.yaml`) ?? []);
  const manifests = texts.flatMap((text) => parseAllDocuments(text).map((each): unknown => each.toJS()));
  return new Map(manifests.map((each) => [String(at(each, 'kind')), each]));
}

const pod = ['spec', 'template', 'spec'] as const;
const container = [...pod, 'containers', 0] as const;

test('a project has none of it unless it is asked for', () => {
  const plain = emit(planOf(join(root, chat))).map(({ path }) => path);
  const wanted = [...filesOf([...everywhere, 'metrics', 'reload', 'workers', 'access-log'], chat).keys()];
  expect(wanted.filter((path) => !plain.includes(path))).toEqual([
    'app/runtime/access_log.py',
    'app/runtime/metrics.py',
    'app/runtime/reloading.py',
    'app/runtime/workers.py',
    'compose.yaml',
    'fly.toml',
    'kubernetes/autoscaling.yaml',
    'kubernetes/service.yaml',
    'railway.json',
  ]);
});

describe('compose', () => {
  test.each([
    [[chat], []],
    [[databases], ['postgres', 'redis']],
    [[durable], ['postgres']],
    [[documents], ['qdrant']],
    [[hook], ['redis']],
    [
      [databases, documents, durable],
      ['postgres', 'qdrant', 'redis'],
    ],
  ])('%s has beside it %s', (workflows, beside) => {
    const compose = composeOf(everywhere, ...workflows);
    expect(names(at(compose, 'services'))).toEqual([...beside, 'service'].toSorted());
    for (const name of beside) {
      expect(at(compose, 'services', name, 'image')).toMatch(/:v?\d+\.\d+/u);
      expect(names(at(compose, 'services', name, 'healthcheck'))).toContain('test');
      expect(at(compose, 'services', 'service', 'depends_on', name)).toEqual({ condition: 'service_healthy' });
      expect(names(at(compose, 'volumes'))).toContain(name);
    }
    expect(at(compose, 'services', 'service')).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('only this machine reaches the service, and none of it holds a secret', () => {
    const services = at(composeOf([...everywhere, 'reload'], databases, durable, documents), 'services');
    expect(at(services, 'service', 'ports')).toEqual(['127.0.0.1:8000:8000']);
    expect(at(services, 'service', 'environment', 'OPENAI_API_KEY_FILE')).toBe('/run/secrets/OPENAI_API_KEY');
    for (const variable of ['DATABASE_URL', 'DURABLE_DATABASE_URL'])
      expect(at(services, 'service', 'environment', variable)).toMatch(
        /^postgresql:\/\/service:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres:5432\/service$/u,
      );
    for (const name of ['postgres', 'qdrant']) expect(names(at(services, name))).not.toContain('ports');
  });

  test('what is written to has a place that outlives the container, and belongs to the user of the image', () => {
    const files = filesOf(everywhere, keyed, databases);
    const service = at(parseYaml(files.get('compose.yaml') ?? ''), 'services', 'service');
    expect(at(service, 'environment')).toMatchObject({
      API_KEYS_FILE: '/data/api-keys.json',
      SQLITE_PATH: '/data/data.sqlite',
    });
    expect(at(service, 'volumes')).toContain('data:/data');
    expect(files.get('Dockerfile')).toContain('install -d -o service /data');
  });
});

describe('kubernetes', () => {
  test('pods are of the restricted standard, and have longer to end than their requests have', () => {
    const deployment = manifestsOf(everywhere, chat).get('Deployment');
    expect(at(deployment, ...pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(deployment, ...container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const drain = Number(/# DRAIN_SECONDS=(\d+)/u.exec(filesOf([], chat).get('.env.example') ?? '')?.[1]);
    const before = Number(at(deployment, ...container, 'lifecycle', 'preStop', 'sleep', 'seconds'));
    // The server gives connections that do not end five seconds more.
    expect(Number(at(deployment, ...pod, 'terminationGracePeriodSeconds')) - before).toBeGreaterThan(drain + 5);
    expect(at(deployment, ...container, 'readinessProbe', 'httpGet', 'path')).toBe('/readyz');
    expect(at(deployment, ...container, 'livenessProbe', 'httpGet', 'path')).toBe('/healthz');
  });

  test('its parts find each other', () => {
    const found = manifestsOf(everywhere, chat);
    expect([...found.keys()]).toEqual(['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler']);
    const labels = at(found.get('Deployment'), 'spec', 'template', 'metadata', 'labels');
    expect(at(found.get('Service'), 'spec', 'selector')).toEqual(labels);
    expect(at(found.get('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels')).toEqual(labels);
    expect(at(found.get('HorizontalPodAutoscaler'), 'spec', 'scaleTargetRef', 'name')).toBe('chat');
  });

  test('durable runs may go on in any number of instances, and a file belongs to one', () => {
    const found = manifestsOf(everywhere, durable);
    expect(found.has('HorizontalPodAutoscaler')).toBe(true);
    expect(at(found.get('Deployment'), 'spec', 'replicas')).toBe(2);
    expect(at(manifestsOf(everywhere, databases).get('StatefulSet'), 'spec', 'replicas')).toBe(1);
  });

  test('secrets that may be replaced are files, which every mount has a volume for', () => {
    const found = manifestsOf([...everywhere, 'reload', 'metrics'], keyed, indexed);
    const deployment = found.get('Deployment');
    const volumes = names(at(deployment, ...pod, 'volumes'));
    expect(names(at(deployment, ...container, 'volumeMounts'))).toEqual(volumes);
    expect(volumes).toEqual(['tmp', 'secrets', 'keys', 'documents']);
    expect(at(deployment, ...container, 'env')).toContainEqual({
      name: 'METRICS_TOKEN_FILE',
      value: '/etc/secrets/METRICS_TOKEN',
    });
  });
});

test('Fly and Railway stop a service after its requests have ended', () => {
  const files = filesOf(everywhere, chat);
  const fly: unknown = parseToml(files.get('fly.toml') ?? '');
  const [, seconds] = /^kill_timeout = "(\d+)s"$/mu.exec(files.get('fly.toml') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(30);
  expect(at(fly, 'http_service', 'internal_port')).toBe(Number(at(fly, 'env', 'PORT')));
  const railway: unknown = JSON.parse(files.get('railway.json') ?? '');
  expect(at(railway, 'deploy', 'drainingSeconds')).toBeGreaterThan(30);
});

/**
 * What `railway.json` may say, as its page has it: https://docs.railway.com/config-as-code/reference. That shows seconds of
 * teardown as texts, which are refused: https://github.com/railwayapp/docs/issues/1243
 */
const count = { type: ['integer', 'null'], minimum: 0 };
const line = { type: ['string', 'null'] };
const railwaySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { const: 'https://railway.com/railway.schema.json' },
    build: {
      type: 'object',
      additionalProperties: false,
      properties: {
        builder: { enum: ['RAILPACK', 'DOCKERFILE', 'NIXPACKS'] },
        watchPatterns: { type: 'array', items: { type: 'string' } },
        buildCommand: line,
        dockerfilePath: line,
        railpackVersion: line,
        nixpacksConfigPath: line,
        nixpacksPlan: { type: ['object', 'null'] },
        nixpacksVersion: line,
      },
    },
    deploy: {
      type: 'object',
      additionalProperties: false,
      properties: {
        startCommand: line,
        preDeployCommand: { type: 'array', items: { type: 'string' } },
        multiRegionConfig: { type: ['object', 'null'] },
        healthcheckPath: line,
        healthcheckTimeout: count,
        restartPolicyType: { enum: ['ON_FAILURE', 'ALWAYS', 'NEVER'] },
        restartPolicyMaxRetries: count,
        cronSchedule: line,
        overlapSeconds: count,
        drainingSeconds: count,
      },
    },
    environments: { type: 'object' },
  },
};

test('railway.json says nothing but what Railway documents', () => {
  const schema = new Ajv({ allowUnionTypes: true });
  for (const workflows of [[chat], [databases, keyed], [durable, documents, indexed, hook]]) {
    schema.validate(railwaySchema, JSON.parse(filesOf(everywhere, ...workflows).get('railway.json') ?? ''));
    expect(schema.errors).toBeNull();
  }
});

test('a hostile name is a name nowhere but where names are letters, digits and hyphens', () => {
  const plan = planOf(join(root, chat));
  const file = { ...plan.checked.file, name: '9 :{{ x\n# "y' };
  const files = emitWith(['compose'], { ...plan, checked: { ...plan.checked, file } });
  expect(at(parseYaml(files.find(({ path }) => path === 'compose.yaml')?.content ?? ''), 'name')).toBe('service-9-x-y');
});

/*
 * CATALYST_DEPLOY_SCHEMAS is a folder with compose-spec.json (github.com/compose-spec/compose-spec, schema/), fly.json
 * (github.com/SchemaStore/schemastore, src/schemas/json/) and kubernetes/ (a version's folder of PyPI's kubernetes-validate).
 */
const schemas = process.env['CATALYST_DEPLOY_SCHEMAS'] ?? '';

describe.runIf(schemas !== '')('by the published schemas', () => {
  const lenient = { strict: false, validateFormats: false } as const;
  const read = (path: string): object => JSON.parse(readFileSync(join(schemas, path), 'utf8')) as object;
  const draft7 = 'http://json-schema.org/draft-07/schema#';
  const all: Wanted = [...everywhere, 'metrics', 'reload'];

  test.each([[[chat]], [[databases, keyed]], [[durable, documents, indexed, hook]]])('%s', (workflows) => {
    for (const wanted of [everywhere, all]) {
      const compose = new Ajv(lenient);
      compose.validate({ ...read('compose-spec.json'), $schema: draft7 }, composeOf(wanted, ...workflows));
      expect(compose.errors).toBeNull();
      const fly = new Ajv(lenient);
      fly.validate(read('fly.json'), parseToml(filesOf(wanted, ...workflows).get('fly.toml') ?? ''));
      expect(fly.errors).toBeNull();
      for (const [kind, manifest] of manifestsOf(wanted, ...workflows)) {
        const [group = '', version] = String(at(manifest, 'apiVersion')).split('/');
        const kinds = version === undefined ? [kind, group] : [kind, group.split('.')[0], version];
        const path = `kubernetes/${kinds.join('-').toLowerCase()}.json`;
        expect(existsSync(join(schemas, path)), path).toBe(true);
        const kubernetes = new Ajv2020(lenient);
        kubernetes.addSchema(read('kubernetes/_definitions.json'), '_definitions.json');
        kubernetes.validate(read(path), manifest);
        expect(kubernetes.errors, kind).toBeNull();
      }
    }
  });
});
