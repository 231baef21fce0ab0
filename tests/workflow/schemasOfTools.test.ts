import { expect, describe, test } from 'vitest';
import * as z from 'zod';

import { plan, emit } from '../../src/core/codegen/python/index.ts';
import { check, parse, type Diagnostic } from '../../src/core/workflow/index.ts';
import { askPython } from '../codegen/syntax/python.ts';

const Category = z.object({
  name: z.string(),
  get parts() {
    return z.array(Category);
  },
});
const Pair = z.object({ kind: z.literal('pair'), of: z.tuple([z.string(), z.number()]) });
const Many = z.object({ kind: z.literal('many'), of: z.tuple([z.string()]).rest(z.number()) });
const address = z
  .object({ city: z.string().min(1).max(80), zip: z.string().regex(/^[0-9]{4}$/) })
  .meta({ id: 'Address' });

/** What Zod can say, by the name of what it is. */
const zodTypes = {
  email: z.email(),
  dateTime: z.iso.datetime({ offset: true, local: true }),
  date: z.iso.date(),
  time: z.iso.time(),
  duration: z.iso.duration(),
  uuid: z.uuid(),
  url: z.url(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  cidr: z.cidrv6(),
  base64: z.base64(),
  jwt: z.jwt(),
  nanoid: z.nanoid(),
  phone: z.e164(),
  hostname: z.hostname(),
  affixes: z.string().startsWith('a').endsWith('b').includes('c'),
  patterns: z.string().regex(/a/).regex(/b/),
  template: z.templateLiteral(['v', z.number(), '.', z.enum(['a', 'b'])]),
  int: z.int(),
  int32: z.int32(),
  float: z.float64(),
  step: z.number().multipleOf(0.5).positive(),
  literals: z.literal(['a', 1, true, null]),
  enum: z.enum(['a', 'b']),
  optional: z.string().optional(),
  nullish: z.number().nullish(),
  default: z.string().default('x'),
  catch: z.number().catch(1),
  any: z.any(),
  unknown: z.unknown(),
  never: z.never().optional(),
  record: z.record(z.string(), z.number()),
  recordOfEnum: z.record(z.enum(['a', 'b']), z.number()),
  partialRecord: z.partialRecord(z.enum(['a', 'b']), z.number()),
  recordOfPattern: z.record(z.string().regex(/^x-/), z.string()),
  tuple: z.tuple([z.string(), z.number()]),
  tupleWithRest: z.tuple([z.string()]).rest(z.boolean()),
  union: z.union([z.string(), z.array(z.string())]),
  discriminated: z.discriminatedUnion('kind', [Pair, Many]),
  exclusive: z.xor([z.string(), z.number()]),
  both: z.object({ a: z.string() }).and(z.object({ b: z.number() })),
  loose: z.looseObject({ a: z.string() }),
  strict: z.strictObject({ a: z.string() }),
  catchall: z.object({ a: z.string() }).catchall(z.number()),
  recursive: Category,
  json: z.json(),
  nonempty: z.array(z.string()).nonempty().max(3),
  described: z
    .string()
    .describe('A word.')
    .meta({ examples: ['x'], deprecated: true, title: 'Word' }),
  named: z.object({ home: address, work: address.optional() }),
  readonly: z.object({ a: z.array(z.string()).readonly() }),
};

/** What Pydantic writes of models with every kind of field. */
const pydanticProgram = `
import datetime, decimal, enum, ipaddress, uuid
from typing import Annotated, Any, Literal, Optional, Union
from pydantic import AnyUrl, BaseModel, ConfigDict, Field, SecretStr
from typing_extensions import TypedDict
class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2
class Node(BaseModel):
    """A node."""
    value: str
    children: "list[Node]" = []
    parent: "Node | None" = None
class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int
class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    good: bool
class Size(TypedDict, total=False):
    width: float
class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Strict one")
    a: int
class Loose(BaseModel):
    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{"a": 1}]})
    a: int
class Every(BaseModel):
    node: Node
    maybe: Optional[Node] = None
    pet: Annotated[Union[Cat, Dog], Field(discriminator="kind")]
    pets: list[Cat | Dog] = Field(default_factory=list, max_length=5)
    color: Color = Color.RED
    level: Level | None = None
    size: Size
    strict: Strict = Field(description="Another one.", default=Strict(a=1))
    loose: Loose
    when: datetime.datetime
    day: datetime.date | None = None
    took: datetime.timedelta = datetime.timedelta(seconds=1)
    id: uuid.UUID
    price: decimal.Decimal = Field(ge=0, max_digits=6, decimal_places=2)
    ip: ipaddress.IPv4Address
    url: AnyUrl
    secret: SecretStr
    raw: bytes = b""
    tags: set[str] = set()
    pair: tuple[int, str]
    row: tuple[int, ...]
    by_name: dict[str, Node] = {}
    by_number: dict[int, str] = {}
    anything: Any = None
    code: str = Field(pattern=r"^[A-Z]{2}\\d+$", min_length=3, examples=["AB1"])
    count: int = Field(gt=0, le=10, multiple_of=2, deprecated=True)
    either: int | str | list[int | None]
class Envelope(BaseModel):
    data: Every
print(json.dumps([model.model_json_schema(mode=mode) for mode in ("validation", "serialization") for model in (Node, Cat, Strict, Loose, Every, Envelope)]))`;

function diagnose(schema: object): { readonly found: readonly Diagnostic[]; readonly files: number } {
  const text = JSON.stringify({
    version: 1,
    name: 'demo',
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: '/ask', inputSchema: schema } },
      {
        id: 'answer',
        type: 'openaiCompletion',
        config: {
          model: 'gpt-5.4-mini',
          prompt: 'Go on.',
          responseFormat: { type: 'json_schema', name: 'answer', schema },
          tools: [{ name: 'act', description: 'Acts.', parameters: schema }],
        },
      },
      {
        id: 'reply',
        type: 'response',
        config: { output: { all: '{{ input }}', said: '{{ nodes.answer.output.parsed }}' } },
      },
      { id: 'called', type: 'response', config: { output: '{{ nodes.answer.function_call.arguments }}' } },
    ],
    edges: [
      { source: 'ask', target: 'answer' },
      { source: 'answer', target: 'reply' },
      { source: 'answer', sourceHandle: 'function_call', target: 'called' },
    ],
  });
  const parsed = parse(text);
  if (!parsed.ok) return { found: parsed.diagnostics, files: 0 };
  const checked = check(parsed.value, new Map(), 'demo.workflow.json');
  return { found: checked.diagnostics, files: checked.ok ? emit(plan(checked.value)).length : 0 };
}

describe('schemas as Zod writes them', () => {
  test.each(Object.entries(zodTypes))('%s', (_name, type) => {
    for (const target of ['draft-2020-12', 'draft-7'] as const) {
      for (const io of ['input', 'output'] as const) {
        const schema = z.toJSONSchema(z.object({ value: type }), { target, io });
        const { found, files } = diagnose(schema);
        // Draft 7 has another word for tuples, which is told.
        const isOldTuple = JSON.stringify(schema).includes('"items":[');
        const told = isOldTuple ? 'The JSON Schema keyword `items` is not supported.' : undefined;
        expect(found.map(({ message }) => message).filter((message) => message !== told)).toEqual([]);
        expect(files > 10).toBe(!isOldTuple);
      }
    }
  });
});

test('schemas as Pydantic writes them', () => {
  for (const schema of askPython(pydanticProgram, null) as readonly object[]) {
    const { found, files } = diagnose(schema);
    expect(found.map(({ message }) => message)).toEqual([]);
    expect(files).toBeGreaterThan(10);
  }
});
