import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** `tests/conftest.py`: the fixtures of the tests, with those of simulated providers where the service asks some. */
export function conftest(asksModels: boolean, isDurable: boolean): GeneratedFile {
  const path = 'tests/conftest.py';
  const { content } = asksModels ? runtimeFile(path) : { content: ofServiceAlone };
  return { path, content: isDurable ? withDurableRuns(content) : content };
}

/** With the fixture that keeps durable runs of a test in a folder of its own. */
function withDurableRuns(content: string): string {
  return content
    .replace('from tests.service', 'from tests.durable import durable_file\nfrom tests.service')
    .replace(/\[(.*)\]/, (_, names: string) => `[\n    "durable_file",\n    ${names.replaceAll(', ', ',\n    ')},\n]`);
}

const ofServiceAlone = `"""The fixtures of these tests; \`service.py\` says what they are."""

from tests.service import environment, service, stand_in, start_service

__all__ = ["environment", "service", "stand_in", "start_service"]
`;
