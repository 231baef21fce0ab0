/**
 * Characters that reorder what is read, control characters but for those that end lines and columns, invisible ones that no script
 * needs, and halves of surrogate pairs. Source: Unicode Technical Standard #55; CVE-2021-42574 (https://trojansource.codes/)
 */
const misleading =
  /(?![\t\n\r])[\p{Cc}\p{Cs}\u061c\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** In code also the joiners and marks that words and emoji are written with. */
const misleadingInCode = /[\u200c-\u200f]/g;

/** A name or text of a file as a page shows it: what would make it read otherwise than it is, is spelled out. */
export function pageText(text: string): string {
  return text.replaceAll(misleading, spelled);
}

/** The same of code, in which nothing that is not seen has a place. */
export function pageCode(code: string): string {
  return pageText(code).replaceAll(misleadingInCode, spelled);
}

function spelled(sign: string): string {
  return `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
