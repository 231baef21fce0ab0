import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** What a service imports itself; all that these need in turn stands, pinned, in `requirements.txt`. */
const direct = [
  'aiohappyeyeballs',
  'fastapi',
  'httptools',
  'msgspec',
  'pydantic',
  'python-dotenv',
  'truststore',
  'uvicorn',
  'uvloop',
];

/**
 * `requirements.txt`: the exact versions that were tested together.
 * @param further packages that parts of this project need, besides what all do
 */
export function requirements(further: readonly string[]): GeneratedFile {
  const base = runtimeFile('requirements.txt');
  if (further.length === 0) return base;
  const [comment = '', ...lines] = base.content.trimEnd().split('\n');
  const pins = new Map(lines.map((line) => [projectName(line), line]));
  for (const name of further) {
    for (const line of pinsOf(name)) pins.set(projectName(line), line);
  }
  const sorted = [...pins].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return { path: base.path, content: [comment, ...sorted, ''].join('\n') };
}

/** The lines of a part's packages, without the comment. */
function pinsOf(name: string): readonly string[] {
  return runtimeFile(`requirements/${name}.txt`).content.trimEnd().split('\n').slice(1);
}

/** `pyproject.toml`. Names and versions come from the pins; nothing of the workflow's text but its name and description. */
export function pyproject(name: string, description: string, further: readonly string[]): GeneratedFile {
  // The first line of a part's packages is the one that it imports, under the name by which it is installed.
  const own = new Set([...direct, ...further.flatMap((part) => pinsOf(part).slice(0, 1).map(projectName))]);
  const dependencies = requirementLines(further)
    .filter((line) => own.has(projectName(line)))
    .map((line) => `  ${tomlString(line.replace('==', '>='))},`);
  const content = `[project]
name = ${tomlString(name)}
version = "1.0.0"
description = ${tomlString(description)}
requires-python = ">=3.11"
license = "0BSD"
dependencies = [
${dependencies.join('\n')}
]

[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[tool.setuptools.packages.find]
include = ["app*"]

[tool.setuptools.package-data]
"*" = ["*.html", "*.json"]

[dependency-groups]
dev = ["httpx2>=2.16", "pyright>=1.1.400", "pytest>=9", "ruff>=0.15"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]

${ruffSections()}
[tool.pyright]
typeCheckingMode = "strict"
pythonVersion = "3.11"
ignore = ["app/functions"]
`;
  return { path: 'pyproject.toml', content };
}

/** The rules that the runtime is checked by hold for the whole project. */
function ruffSections(): string {
  const { content } = runtimeFile('pyproject.toml');
  const sections = content.slice(content.indexOf('[tool.ruff]'), content.indexOf('[tool.pyright]')).trimEnd();
  return `${sections}
# Texts of the workflow are as long as they are, and each of its conditions is an if of its own; a function that a round of
# a loop makes has run before the next; a TypedDict is made by a call where a class body could not hold the keys;
# functions keep the style of their authors.
"app/routes.py" = ["E501"]
"app/workflows/*" = ["E501", "B023", "SIM102", "UP013"]
"app/functions/*" = ["ALL"]
`;
}

function requirementLines(further: readonly string[]): readonly string[] {
  return requirements(further)
    .content.split('\n')
    .map((line) => line.split('--hash')[0]?.replace('\\', '').trim() ?? '')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('-'));
}

function projectName(requirement: string): string {
  return requirement.split(/[[=<>~!; ]/u)[0]?.toLowerCase() ?? '';
}

/** A TOML basic string; JSON's escapes are a subset of TOML's. Source: https://toml.io/en/v1.0.0#string */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u{7f}', String.raw`\u007f`);
}
