import {
  compatibleServers,
  embeddingServers,
  type CompatibleServer,
} from '../../../src/core/workflow/models/compatible/servers.ts';

/** The module `app/llm/providers/compatible_servers.py`, laid out as ruff does. */
export function pythonServers(): string {
  return `"""The servers that speak Chat Completions and are known, by what a node's \`provider\` says."""

from app.llm.providers.compatible import CompatibleServer

SERVERS: dict[str, CompatibleServer] = {
${Object.entries({ ...compatibleServers, ...embeddingServers })
  .map(entry)
  .join('')}}
`;
}

function entry([id, { address, isKeyless, habits }]: readonly [string, CompatibleServer]): string {
  const values = [
    JSON.stringify(address),
    ...(isKeyless ? [] : ['keyless=False']),
    ...(habits.newLimit ? ['new_limit=True'] : []),
    ...(habits.noStreamOptions ? ['stream_options=False'] : []),
    ...(habits.tellsCost ? ['tells_cost=True'] : []),
    ...(habits.oneSystemMessage ? ['one_system_message=True'] : []),
    ...(habits.wantsThoughts ? ['wants_thoughts=True'] : []),
    ...(habits.noJsonSchema ? ['json_schema=False'] : []),
    ...(habits.noJsonMode ? ['json_mode=False'] : []),
    ...(habits.takesBack ? [`takes_back=${tuple(habits.takesBack)}`] : []),
    ...(habits.seed ? [`seed=${JSON.stringify(habits.seed)}`] : []),
    ...(habits.shortCallIds ? ['short_call_ids=True'] : []),
  ];
  const call = `    ${JSON.stringify(id)}: CompatibleServer(`;
  const [line, block] = [`${call}${values.join(', ')}),`, `        ${values.join(', ')}`];
  if (line.length <= 120) return `${line}\n`;
  const inside = block.length <= 120 ? `${block}\n` : values.map((value) => `        ${value},\n`).join('');
  return `${call}\n${inside}    ),\n`;
}

function tuple(names: readonly string[]): string {
  return `(${names.map((name) => `${JSON.stringify(name)},`).join(' ')})`.replace(/(?<=, .*),\)$/, ')');
}
