import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { askedProviders } from '../../../workflow/modelNodes.ts';
import { simulatedAddress, type Provider } from '../../../workflow/models/provider.ts';
import { endpointOf } from '../../../workflow/trigger.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import type { WorkflowModule } from './workflowModules.ts';
import type { ProviderPython } from '../nodes/llm/completion.ts';
import { batchText } from '../batch/readme.ts';
import { accessText, credentialOptions, webhookText } from '../door/readme.ts';
import { embeddingsModule } from '../nodes/llm/embeddings.py.ts';
import { neededVariables } from './neededVariables.ts';
import { embeddersOf, type EmbedderPython } from './embeddingParts.ts';
import { operationText } from '../operation/readme.ts';
import type { ProjectPart } from './projectParts.ts';
import { askedInPython } from './modelParts.ts';
import { bodyOf } from '../../../workflow/nodes/requestBody.ts';
import { curlBody } from './curlBody.ts';
import { sampleObject } from './sample.ts';

/** `README.md`: how to run, ask, test and deploy the service. @param runtime what of the runtime it carries; `wanted`: what it is operated with */
export function readme(
  title: string,
  workflows: readonly WorkflowModule[],
  called: readonly WorkflowModule[],
  runtime: readonly GeneratedFile[],
  wanted: readonly ProjectPart[],
): GeneratedFile {
  const checked = workflows.map(({ plan }) => plan.checked);
  const providers = askedProviders(checked);
  const asks = providers.length > 0;
  const names = providers.map(({ name }) => name).join(' and ');
  const needed = neededVariables(checked);
  const fill = needed.length === 0 ? '' : `cp .env.example .env   # then fill in ${needed.join(', ')}\n`;
  const content = `# ${title}

A FastAPI service. Everything in this folder is yours, without conditions (\`LICENSE\`, 0BSD).

## Run

\`\`\`sh
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt
${fill}.venv/bin/python -m app.runtime.serve
\`\`\`
${asks ? simulated(names, providers) : ''}
## Ask
${accessText(checked.map(({ trigger }) => trigger))}
${workflows.map(endpoint).join('\n')}
A stream ends with exactly one \`done\` or one \`error\` event. Errors before the first byte are problem objects
(RFC 9457) with a stable \`code\`, a \`hint\`, and whether it is \`retryable\`.

\`/healthz\` and \`/readyz\` are for the platform, \`/openapi.json\` for callers.
${durableWorkflows(checked)}${batchText(workflows, runtime)}
## Change

| where | what |
| --- | --- |
${workflows.map(({ module, plan }) => `| \`app/workflows/${module}.py\` | the workflow ${code(plan.checked.file.name)}, top to bottom |`).join('\n')}${called.map(({ module, plan }) => `\n| \`app/workflows/${module}.py\` | the workflow ${code(plan.checked.file.name)}, which others call |`).join('')}
| \`app/main.py\` | the application: yours, written once and never again; add middleware (CORS) and routers of your own here |
| \`app/routes.py\` | the routes of the workflows |
${asks ? modelFolders : ''}${furtherFolders(runtime)}| \`app/runtime/\` | every run: its context, HTTP in and out, errors, settings, log |
| \`tests/\` | tests of all that, offline${asks ? `, and \`tests/simulated_providers/\`, what stands for ${names} in them` : ''} |

The files below \`app/llm\` and \`app/runtime\` are the same in every service; only what the workflows need of them is here.
After a change of a workflow, \`catalyst build\` merges what is new into what you have edited.
${askedInPython(checked).map(byHand).join('')}${embeddersOf(checked).slice(0, 1).map(embeddingsByHand).join('')}
## Test

\`\`\`sh
.venv/bin/pip install pytest httpx2
.venv/bin/python -m pytest
\`\`\`

${asks ? testing(names) : 'The tests ask the service over HTTP, every way that a run can take. They are yours to extend.'}

## Deploy

\`\`\`sh
docker build -t ${title} .
docker run --env-file .env -e HOST=0.0.0.0 -p 8000:8000 ${title}
\`\`\`
${operationText(wanted)}`;
  return { path: 'README.md', content };
}

/** What becomes of runs that outlive the service. */
function durableWorkflows(workflows: readonly CheckedWorkflow[]): string {
  const names = workflows.filter(({ file }) => file.durable === true).map(({ file }) => code(file.name));
  if (names.length === 0) return '';
  return `
Runs of ${names.join(', ')} are kept in the file \`DURABLE_PATH\`, or in the Postgres of \`DURABLE_DATABASE_URL\`: one that takes longer
than \`DURABLE_ANSWER_SECONDS\` is answered with \`202\` and a \`Location\`, and goes on when the service was stopped or has died.
\`GET /runs/ID\` says how it stands, \`GET /runs/ID/events\` streams it from the beginning, \`DELETE\` cancels it, \`POST /runs/ID/retry\` tries it
again; \`Idempotency-Key\` begins it once.
`;
}

/** The variables without which a provider cannot be asked. */
function simulated(names: string, providers: readonly Provider[]): string {
  const account = providers.map(
    (provider) =>
      `${provider.variables.baseUrl}=${simulatedAddress(provider, 'http://127.0.0.1:9000')} ${provider.variables.key}=sk-simulated`,
  );
  return `
Without a key, try it against the simulated ${names} that comes along:

\`\`\`sh
.venv/bin/python -m tests.simulated_providers --port 9000 &
${account.join(' ')} .venv/bin/python -m app.runtime.serve
\`\`\`
`;
}

const folders: Readonly<Record<string, string>> = {
  'app/llm/router/': 'which of several models is asked, and what when it cannot answer',
  'app/llm/embeddings/': 'requests for embeddings, in batches',
  'app/batch/': 'a workflow for each row of a file',
  'app/durable/': 'runs that go on where they were: their journal, and the routes below `/runs`',
  'app/door/': 'who may come in, how much he may use, and webhooks',
  'app/outside/': 'other services and databases: addresses, credentials, connections',
  'app/retrieval/': 'documents, their pieces, and the store in which these are found',
  'app/transforms/': 'what workflows make of values',
  'app/openai_api/': 'workflows as models, for clients of the OpenAI API',
  'app/mcp_client/': 'tools of MCP servers, which models may call',
  'app/mcp_server/': 'workflows as tools, for clients of MCP',
  'app/websocket/': 'runs over WebSockets',
};

function furtherFolders(runtime: readonly GeneratedFile[]): string {
  const carried = Object.entries(folders).filter(([folder]) => runtime.some(({ path }) => path.startsWith(folder)));
  return carried.map(([folder, what]) => `| \`${folder}\` | ${what} |\n`).join('');
}

const modelFolders = `| \`app/nodes/llm/\` | what a workflow calls to ask a model |
| \`app/llm/\` | one model call, whoever answers: request, retries, deadlines, stream, answer, usage; \`parts.py\` says what is carried |
| \`app/llm/apis/\`, \`app/llm/providers/\` | how an API is spoken; where a provider is, and what its models cost |
`;

function byHand({ byHand: shown }: ProviderPython): string {
  if (shown === undefined) return '';
  const { execute, model, server } = shown;
  const from = server === undefined ? '' : `"provider": "${server}", `;
  return `
A model can be asked by hand as well, in a script, a test or a route of your own:

\`\`\`python
from ${execute.module} import ${execute.name}
from app.runtime.context import open_context

async with open_context() as ctx:
    answer = await ${execute.name}(
        ctx, {${from}"model": "${model}", "messages": [{"role": "user", "content": "Hi"}]}
    )
\`\`\`
`;
}

function embeddingsByHand({ id, node }: EmbedderPython): string {
  const model = node.config.model.constant ?? 'text-embedding-3-small';
  return `
Embeddings can be made by hand as well:

\`\`\`python
from ${embeddingsModule} import execute_embedding_generate
from app.runtime.context import open_context

async with open_context() as ctx:
    made = await execute_embedding_generate(
        ctx, {"provider": "${id}", "model": ${JSON.stringify(model)}, "input": ["Hi"]}
    )
\`\`\`
`;
}

function testing(names: string): string {
  return `The tests ask the service over HTTP, offline: every way that a run can take, streams, and what callers are told when
${names} limits, refuses or breaks off. They are yours to extend, with these fixtures:

| fixture | what it is |
| --- | --- |
| \`service\` | the service on a port of its own: \`ask\` for one answer, \`stream\` for its events |
| \`simulated_openai\` | what stands for ${names}: its \`settings\`, the \`requests\` that it got, and what these hold: \`questions\`, \`offered\` functions, \`tool_results\`, \`embedded\` texts |
| \`stand_in\` | puts a result in place of a function of the project, and keeps what it was called with |

\`\`\`python
settings = simulated_openai.settings
settings.answers = [Answer("Yes."), Answer(calls=(("get_order", {"number": "7"}),))]  # of the next two requests
settings.fault = "rate_limited_seconds; retry_after=2"  # meets every request
settings.faults = [None, "cut; after=3"]  # the first request is fine, the second is cut after three tokens
\`\`\`

\`python -m tests.simulated_providers --help\` lists the faults, \`tests/simulated_providers/settings.py\` what else can be set.`;
}

function endpoint({ plan }: WorkflowModule): string {
  const { file, trigger } = plan.checked;
  if (trigger.type === 'webhookReceiver') return webhookText(file.name, trigger);
  const { method, path, stream, inputSchema } = endpointOf(trigger);
  const credentials = credentialOptions(trigger);
  const sample = sampleObject(inputSchema);
  const carried = bodyOf(endpointOf(trigger));
  const isBody = carried !== 'query';
  const base = 'http://127.0.0.1:8000';
  const query = Object.entries(sample)
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join('&');
  const target = isBody || query === '' ? `${base}${path}` : `'${base}${path}?${query.replaceAll("'", '%27')}'`;
  const body = isBody ? ` \\\n  ${curlBody(carried, sample).map(shellQuotedIfNeeded).join(' ')}` : '';
  const verb = method === 'GET' || (method === 'POST' && isBody) ? '' : `-X ${method} `;
  const lines: string[] = [];
  if (stream !== 'always')
    lines.push('In one piece:', '', '```sh', `curl -s ${credentials}${verb}${target}${body}`, '```', '');
  if (stream !== 'never') {
    const accept = " -H 'Accept: text/event-stream'";
    lines.push(
      'As a stream of events:',
      '',
      '```sh',
      `curl -sN ${credentials}${verb}${target}${accept}${body}`,
      '```',
      '',
    );
  }
  return lines.join('\n');
}

/** An option as it is, its value in quotes. */
function shellQuotedIfNeeded(word: string): string {
  return word.startsWith('--') ? word : shellQuoted(word);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function code(text: string): string {
  return `\`${text}\``;
}
