import { memo, type ReactNode } from 'react';

import { textBlocks } from './textBlocks.ts';

interface GrowingTextProps {
  readonly text: string;
  /** Marks the place where it goes on. */
  readonly isGrowing: boolean;
}

/** A text that may be long and become longer with every frame. */
export function GrowingText({ text, isGrowing }: GrowingTextProps): ReactNode {
  const blocks = textBlocks(text);
  return (
    <div className="wrap-anywhere whitespace-pre-wrap">
      {blocks.map((block, index) => (
        <Block key={index} text={block} isGrowing={isGrowing && index === blocks.length - 1} />
      ))}
    </div>
  );
}

const Block = memo(function Block({
  text,
  isGrowing,
}: {
  readonly text: string;
  readonly isGrowing: boolean;
}): ReactNode {
  return (
    <div>
      {text}
      {isGrowing && <span aria-hidden className="ml-0.5 inline-block h-3.5 w-1.5 translate-y-0.5 bg-accent" />}
    </div>
  );
});
