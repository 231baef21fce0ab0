"""Headings of Markdown, which stand for those of other formats too."""


def heading_of(line: str) -> tuple[int, str] | None:
    """The level and the text of a heading, such as `## Parental leave`; None for any other line.

    https://spec.commonmark.org/0.31.2/#atx-headings
    """
    bare = line.strip(" \t\r\n")
    if not bare.startswith("#") or len(line) - len(line.lstrip(" ")) > 3:
        return None
    text = bare.lstrip("#")
    level = len(bare) - len(text)
    if level > 6 or text[:1] not in (" ", "\t"):
        return None
    text = text.strip(" \t")
    without = text.rstrip("#")
    if without.endswith((" ", "\t")):
        text = without.rstrip(" \t")
    return (level, text) if text.strip("#") else None
