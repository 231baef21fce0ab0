import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const python = process.env['CATALYST_TEST_PYTHON'];
const maxBuffer = 1 << 28;

function runPython(args: readonly string[], input: string): string {
  if (python !== undefined) return execFileSync(python, args, { input, encoding: 'utf8', maxBuffer });
  return execFileSync('/usr/bin/env', ['python3', ...args], { input, encoding: 'utf8', maxBuffer });
}

/** Runs a Python program that reads `data` (JSON on stdin) and prints JSON. */
export function askPython(program: string, data: unknown): unknown {
  return JSON.parse(
    runPython(['-c', `import json, sys\ndata = json.load(sys.stdin)\n${program}`], JSON.stringify(data)),
  );
}

function runRuff(args: readonly string[]): void {
  const besidePython = python === undefined ? undefined : path.join(path.dirname(python), 'ruff');
  if (besidePython !== undefined && existsSync(besidePython)) execFileSync(besidePython, args, { stdio: 'pipe' });
  else runPython(['-m', 'ruff', ...args], '');
}

/**
 * What ruff makes of the files: imports sorted, then formatted, as in a generated project.
 * @param keepsCommas as is usual: brackets that end in a comma stay on several lines
 */
export function ruffed(texts: readonly string[], keepsCommas = true): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'syntax-'));
  try {
    const files = texts.map((text, index) => {
      const file = path.join(folder, `file${index}.py`);
      writeFileSync(file, text);
      return file;
    });
    writeFileSync(
      path.join(folder, 'ruff.toml'),
      `line-length = 120
target-version = "py311"
format.skip-magic-trailing-comma = ${!keepsCommas}
[lint]
select = ["I"]
[lint.isort]
known-first-party = ["app"]
split-on-trailing-comma = ${keepsCommas}
`,
    );
    runRuff(['check', '--fix', '--no-cache', '--quiet', folder]);
    runRuff(['format', '--no-cache', '--quiet', folder]);
    return files.map((file) => readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
