declare module 'virtual:node-icons' {
  import type { LucideIcon } from 'lucide-react';

  export const nodeIcons: Readonly<Record<string, LucideIcon>>;
}

declare module '*.css';

declare module '*?worker&url' {
  const url: string;
  export default url;
}
