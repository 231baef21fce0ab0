import { join } from 'node:path';

/** The interpreter of an environment. Its scripts hold the path it was built at: start tools with `python -m`. */
export function pythonIn(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/** The user's environment without what would make an environment's Python or pip look elsewhere. */
export function isolated(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PYTHONHOME: _home, PYTHONPATH: _path, VIRTUAL_ENV: _venv, __PYVENV_LAUNCHER__: _launcher, ...rest } = env;
  return { ...rest, PYTHONNOUSERSITE: '1', PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
}
