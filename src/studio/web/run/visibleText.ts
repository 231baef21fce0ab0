/**
 * Characters that reorder or hide what is read. Source: CVE-2021-42574, https://trojansource.codes/
 */
const hiding = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** A text in which nothing reads otherwise than it is: what would reorder or hide is spelled out. */
export function visibleText(text: string): string {
  return text.replaceAll(hiding, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}
