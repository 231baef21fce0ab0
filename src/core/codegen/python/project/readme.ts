import { declaredVariables } from './declaredVariables.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import type { WorkflowModule } from './workflowModules.ts';
import { sampleObject } from './sample.ts';

/** `README.md`: how to run, ask, test and deploy the service. */
export function readme(
  title: string,
  workflows: readonly WorkflowModule[],
  called: readonly WorkflowModule[],
): GeneratedFile {
  const env = declaredVariables(workflows.map(({ plan }) => plan.checked));
  const content = `# ${title}

A FastAPI service. Everything in this folder is yours, without conditions (\`LICENSE\`, 0BSD).

## Run

\`\`\`sh
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt
cp .env.example .env   # then fill in OPENAI_API_KEY${env.length === 0 ? '' : ` and ${env.join(', ')}`}
.venv/bin/python -m app.runtime.serve
\`\`\`

Without a key, try it against the simulated OpenAI that comes along:

\`\`\`sh
.venv/bin/python -m tests.simulated_providers --port 9000 &
OPENAI_BASE_URL=http://127.0.0.1:9000/v1 OPENAI_API_KEY=sk-simulated .venv/bin/python -m app.runtime.serve
\`\`\`

## Ask

${workflows.map(endpoint).join('\n')}
A stream ends with exactly one \`done\` or one \`error\` event. Errors before the first byte are problem objects
(RFC 9457) with a stable \`code\`, a \`hint\`, and whether it is \`retryable\`.

\`/healthz\` and \`/readyz\` are for the platform, \`/openapi.json\` for callers.

## Change

| where | what |
| --- | --- |
${workflows.map(({ module, plan }) => `| \`app/workflows/${module}.py\` | the workflow ${code(plan.checked.file.name)}, top to bottom |`).join('\n')}${called.map(({ module, plan }) => `\n| \`app/workflows/${module}.py\` | the workflow ${code(plan.checked.file.name)}, which others call |`).join('')}
| \`app/main.py\` | the application: yours, built once and not written again; add middleware (CORS) and routers of your own here |
| \`app/routes.py\` | the routes of the workflows |
| \`app/llm/\` | the OpenAI calls: requests, streams, retries, errors |
| \`app/runtime/\` | runs, streaming to callers, settings, errors |
| \`tests/\` | tests against the simulated OpenAI, offline |

## Test

\`\`\`sh
.venv/bin/pip install pytest
.venv/bin/python -m pytest
\`\`\`

The tests ask the service over HTTP, offline: every way that a run can take, streams, and what callers are told when
OpenAI limits, refuses or breaks off. They are yours to extend; \`tests/conftest.py\` has what they are made of:

| fixture | what it is |
| --- | --- |
| \`service\` | the service on a port of its own: \`ask\` for one answer, \`stream\` for its events |
| \`simulated_openai\` | what stands for OpenAI: its \`settings\`, the \`requests\` that it got, and what these hold: \`questions\`, \`offered\` functions, \`tool_results\` |
| \`stand_in\` | puts a result in place of a function of the project, and keeps what it was called with |

\`\`\`python
settings = simulated_openai.settings
settings.answers = [Answer("Yes."), Answer(calls=(("get_order", {"number": "7"}),))]  # of the next two requests
settings.fault = "rate_limited_seconds; retry_after=2"  # meets every request
settings.faults = [None, "cut; after=3"]  # the first request is fine, the second is cut after three tokens
\`\`\`

\`python -m tests.simulated_providers --help\` lists the faults, \`tests/simulated_providers/settings.py\` what else can be set.

## Deploy

\`\`\`sh
docker build -t ${title} .
docker run --env-file .env -e HOST=0.0.0.0 -p 8000:8000 ${title}
\`\`\`
`;
  return { path: 'README.md', content };
}

function endpoint({ plan }: WorkflowModule): string {
  const { method, path, stream, inputSchema } = plan.checked.trigger.config;
  const sample = sampleObject(inputSchema);
  const isBody = method !== 'GET' && method !== 'DELETE';
  const base = 'http://127.0.0.1:8000';
  const query = Object.entries(sample)
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join('&');
  const target = isBody || query === '' ? `${base}${path}` : `'${base}${path}?${query.replaceAll("'", '%27')}'`;
  const body = isBody ? ` \\\n  --json ${shellQuoted(JSON.stringify(sample))}` : '';
  const verb = method === 'POST' || method === 'GET' ? '' : `-X ${method} `;
  const lines: string[] = [];
  if (stream !== 'always') lines.push('In one piece:', '', '```sh', `curl -s ${verb}${target}${body}`, '```', '');
  if (stream !== 'never') {
    const accept = " -H 'Accept: text/event-stream'";
    lines.push('As a stream of events:', '', '```sh', `curl -sN ${verb}${target}${accept}${body}`, '```', '');
  }
  return lines.join('\n');
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function code(text: string): string {
  return `\`${text}\``;
}
