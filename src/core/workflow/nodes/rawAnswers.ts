import type { CheckedWorkflow } from '../checked.ts';
import { withEscapedValues } from '../expressions/escaped.ts';
import { Template } from '../expressions/syntax.ts';
import type { NodeOf } from '../types.ts';

type ResponseConfig = NodeOf<'response'>['config'];

/** Whether some answer of a workflow is no envelope. */
export function hasRawAnswers({ file }: CheckedWorkflow): boolean {
  return file.nodes.some((node) => node.type === 'response' && node.config.format !== 'answer');
}

/** The answers that are the text of models as it comes. */
export function streamedAnswers({ file }: Pick<CheckedWorkflow, 'file'>): readonly NodeOf<'response'>[] {
  return file.nodes.flatMap((node) => (node.type === 'response' && node.config.format === 'stream' ? [node] : []));
}

/** The media type of an answer that is no envelope; undefined of one that has no body of its own. */
export function mediaTypeOf({ format, contentType }: ResponseConfig): string | undefined {
  switch (format) {
    case 'redirect':
      return undefined;
    case 'file':
      return contentType ?? 'application/octet-stream';
    case 'text':
    case 'stream':
      return contentType ?? 'text/plain; charset=utf-8';
    case 'html':
      return 'text/html; charset=utf-8';
    case 'json':
    case 'answer':
      return contentType ?? 'application/json';
  }
}

/** The text of a page, each value in it escaped; undefined where values are not. */
export function escapedPage({ format, escape, output }: ResponseConfig): Template | undefined {
  return format === 'html' && escape && output instanceof Template ? withEscapedValues(output) : undefined;
}

/** The hosts that a redirect may lead to: those that the config lists, and the one that stands in the address itself. */
export function allowedHosts({ hosts, output }: ResponseConfig): readonly string[] {
  const [first, more] = output instanceof Template ? output.parts : [];
  // An expression right behind the host could go on in it.
  const own = first?.kind === 'text' ? hostOf(more === undefined ? first.text : `${first.text}\u0000`) : undefined;
  return [...new Set([...hosts, ...(own === undefined ? [] : [own])].map((host) => host.toLowerCase()))];
}

/** The host of an address, with its port. */
export function hostOf(address: string): string | undefined {
  return /^https?:\/\/([^/?#@\\\s\u0000]+)(?:[/?#]|$)/iu.exec(address)?.[1];
}
