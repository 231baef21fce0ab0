import { serverVariables } from '../../../workflow/mcp/lock.ts';
import { credentialVariables } from '../../../workflow/secrets.ts';
import type { Provider } from '../../../workflow/models/provider.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** `Dockerfile`: the service alone, without tests, as a user that is not root. @param hasData it may write below `/data` */
export function dockerfile(hasData: boolean): GeneratedFile {
  const content = `FROM python:3.13-slim

WORKDIR /service
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app ./app
RUN useradd --system service${hasData ? ' && install -d -o service /data' : ''}
USER service

ENV HOST=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz')"]
CMD ["python", "-m", "app.runtime.serve"]
`;
  return { path: 'Dockerfile', content };
}

/** The file of durable runs, and what SQLite lays beside it. */
function kept(isDurable: boolean): string {
  return isDurable ? 'durable.db*\n' : '';
}

/** `.dockerignore`: keeps keys and tests out of the image. @param hasKeys there may be a file of the API keys; `isDurable`: one of durable runs */
export function dockerignore(hasKeys: boolean, isDurable: boolean): GeneratedFile {
  return {
    path: '.dockerignore',
    content: `.env\n${keyFile(hasKeys)}.venv\n.git\n**/__pycache__\ntests\n${kept(isDurable)}`,
  };
}

/**
 * `.gitignore`. @param hasKeys there may be a file of the API keys; `isDurable`: one of durable runs; `hasSecrets`: a folder of
 * secrets
 */
export function gitignore(hasKeys: boolean, isDurable: boolean, hasSecrets: boolean): GeneratedFile {
  const content = `.env\n${hasSecrets ? 'secrets/\n' : ''}${keyFile(hasKeys)}.venv/\n__pycache__/\n.pytest_cache/\n.ruff_cache/\n${kept(isDurable)}`;
  return { path: '.gitignore', content };
}

function keyFile(hasKeys: boolean): string {
  return hasKeys ? 'api-keys.json\n' : '';
}

/** What a service is told of an account at a provider. */
function account({ name, address, isKeyless, variables: { key, baseUrl, further } }: Provider): string {
  const where =
    address === undefined
      ? `Needed: the address of ${name}, to which its key is sent`
      : isKeyless
        ? `Where ${name} is; ${address} when empty`
        : `Another server that speaks the same API; ${name}'s own when empty`;
  return `
# ${isKeyless ? `The key of ${name}, if it wants one` : `Needed: the key of your ${name} account`}
${key}=

# ${where}
${[baseUrl, ...further].map((variable) => `${variable}=\n`).join('')}`;
}

function credential(name: string): string {
  const [value, host] = credentialVariables(name);
  return `
# Needed: the credential ${name}, and the only host, or host:port, that it is sent to
${value}=
${host}=
`;
}

function mcpServer(name: string): string {
  const [url, token] = serverVariables(name);
  return `
# Needed: the address of the MCP server ${name}, and the token that it is sent, if it wants one
${url}=
${token}=
`;
}

function signing(variable: string): string {
  return `
# Needed: what is signed with; a long random text
${variable}=
`;
}

/**
 * `.env.example`: what the operator can set.
 * @param env the variables that the workflows declare
 * @param providers those that the service needs an account of
 * @param credentials those that the workflows declare for other services
 * @param mcpServers those whose tools models may call
 * @param secrets the variables of those that the workflows sign with
 * @param settings the modules of the runtime that have settings
 */
export function envExample(
  env: readonly string[],
  providers: readonly Provider[],
  credentials: readonly string[],
  mcpServers: readonly string[],
  secrets: readonly string[],
  settings: readonly string[],
): GeneratedFile {
  const declared = env.length === 0 ? '' : `\n# Read by the workflow\n${env.map((name) => `${name}=\n`).join('')}`;
  const content = `# Copy to .env and fill in. The environment wins over this file.
${providers.map(account).join('')}${credentials.map(credential).join('')}${mcpServers.map(mcpServer).join('')}${secrets.map(signing).join('')}${declared}
# What follows has these values unless you set others.

${settings.flatMap(settingsWithDefaults).join('\n')}
`;
  return { path: '.env.example', content };
}

/** The settings of a module that have a default, as comments, each below what the runtime says of it. */
function settingsWithDefaults(module: string): readonly string[] {
  const classes = /^class \w+\(\w*Settings\):\n(?: {4}.*\n|\n)*/gm;
  const settings = Array.from(runtimeFile(module).content.matchAll(classes), ([text]) => text).join('');
  const fields = /^ {4}(\w+): .* = "?([^\n"]+?)"?\n(?: {4}"""(.*)"""\n)?/gm;
  return Array.from(settings.matchAll(fields)).map(([, name = '', value = '', meaning]) => {
    const isText = !/^(?:[\d_.]+|True|False)$/.test(value);
    const shown = isText ? value : value.replaceAll('_', '').toLowerCase();
    const assignment = value === 'None' ? `${name.toUpperCase()}=` : `# ${name.toUpperCase()}=${shown}`;
    return meaning === undefined ? assignment : `# ${meaning}\n${assignment}`;
  });
}

/** What is generated belongs to whoever generated it: the BSD Zero Clause License has no conditions. */
export function licence(): GeneratedFile {
  const content = `BSD Zero Clause License (0BSD)

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY
AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM
LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR
OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR
PERFORMANCE OF THIS SOFTWARE.
`;
  return { path: 'LICENSE', content };
}
