import { HostError } from '../errors.ts';
import type { Processes } from '../processes.ts';

/** The lowest Python that the runtime runs on. */
export const lowestPython = { major: 3, minor: 11 } as const;

export interface Interpreter {
  /** The path of its executable. */
  readonly executable: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

/** Keeps to what Python 2 can parse, so that an old one can say how old it is. */
const probe = `
import json, sys
lacks = []
for name in ("venv", "ensurepip"):
    try:
        __import__(name)
    except Exception:
        lacks.append(name)
print(json.dumps({"version": ".".join(str(n) for n in sys.version_info[:3]), "executable": sys.executable, "lacks": lacks}))
`;

interface ProbeResult extends Interpreter {
  readonly lacks: readonly string[];
}

interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
}

const installHint =
  'Install it from https://www.python.org/downloads/ or with your package manager ' +
  '(Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; Windows: winget install Python.Python.3.13), ' +
  'or set CATALYST_PYTHON to the path of one you have. `catalyst check` and `catalyst build` work without Python.';

/**
 * The Python to build environments with: `CATALYST_PYTHON`, else the first of python3, python and `py -3` that is new enough
 * and can make environments. Throws a HostError that says what was found and what is missing.
 */
export async function findInterpreter(
  processes: Processes,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Interpreter> {
  const chosen = env['CATALYST_PYTHON'];
  const found: ProbeResult[] = [];
  for (const candidate of candidates(chosen)) {
    const result = await probeCandidate(processes, candidate, env, signal);
    if (result === undefined) continue;
    if (isNewEnough(result.version) && result.lacks.length === 0) return result;
    found.push(result);
  }
  throw unsuitable(found, chosen);
}

function candidates(chosen: string | undefined): readonly Candidate[] {
  if (chosen) return [{ command: chosen, args: [] }];
  const named = ['python3', 'python'].map((command) => ({ command, args: [] }));
  return process.platform === 'win32' ? [...named, { command: 'py', args: ['-3'] }] : named;
}

async function probeCandidate(
  processes: Processes,
  { command, args }: Candidate,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<ProbeResult | undefined> {
  const { exitCode, stdout } = await processes.run(command, [...args, '-c', probe], { env, signal });
  if (exitCode !== 0) return undefined;
  try {
    return JSON.parse(stdout) as ProbeResult;
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > lowestPython.major || (major === lowestPython.major && minor >= lowestPython.minor);
}

function unsuitable(found: readonly ProbeResult[], chosen: string | undefined): HostError {
  const wanted = `Python ${lowestPython.major}.${lowestPython.minor} or newer`;
  const recent = found.find(({ version }) => isNewEnough(version));
  if (recent !== undefined) {
    const [major, minor] = recent.version.split('.');
    return new HostError(
      'python_incomplete',
      `Python ${recent.version} (${recent.executable}) cannot make environments: it lacks ${recent.lacks.join(' and ')}.`,
      `Debian, Ubuntu: apt install python${major}.${minor}-venv. Or set CATALYST_PYTHON to another Python, or install uv.`,
    );
  }
  const [old] = found;
  if (old !== undefined)
    return new HostError(
      'python_too_old',
      `Python ${old.version} (${old.executable}) is too old: running a workflow needs ${wanted}.`,
      installHint,
    );
  if (chosen)
    return new HostError(
      'python_missing',
      `CATALYST_PYTHON is set to ${chosen}, which is not a Python that can be run.`,
      `Set it to the path of ${wanted}, or unset it to have one found on PATH.`,
    );
  return new HostError('python_missing', `Running a workflow needs ${wanted}, and none is on PATH.`, installHint);
}
