import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** `tests/conftest.py`: the fixtures of the tests, with those of simulated providers where the service asks some. */
export function conftest(asksModels: boolean): GeneratedFile {
  const path = 'tests/conftest.py';
  return asksModels ? runtimeFile(path) : { path, content: ofServiceAlone };
}

const ofServiceAlone = `"""The fixtures of these tests; \`service.py\` says what they are."""

from tests.service import environment, service, stand_in, start_service

__all__ = ["environment", "service", "stand_in", "start_service"]
`;
