import * as z from 'zod';

const ofOpenai = z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message);
const ofTool = z
  .object({ result: z.object({ isError: z.literal(true), content: z.array(z.object({ text: z.string() })) }) })
  .transform(({ result }) => result.content.map(({ text }) => text).join('\n'));

/** What an answer or an event of OpenAI's API or MCP's says has failed. */
export function failureIn(data: unknown): string | undefined {
  return z.union([ofOpenai, ofTool]).safeParse(data).data;
}
