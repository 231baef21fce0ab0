import { Template } from './syntax.ts';

export function parseTemplate(text: string): Template {
  return new Template(text, text === '' ? [] : [{ kind: 'text', text }], []);
}
