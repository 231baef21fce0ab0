"""HTML pages: what a reader sees of them, with headings and lists marked as in Markdown."""

import re
from typing import Any

from app.retrieval.formats import Format, Page, Reading
from app.retrieval.readers.text import decoded

_LEFT_OUT = (
    "script, style, noscript, template, svg, math, iframe, object, [hidden], [aria-hidden=true], nav, footer, "
    "[role=navigation]"
)
_BLOCKS = frozenset(
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure form header hr li main"
    " ol section summary tbody tfoot thead tr ul".split()
)
_APART = frozenset("h1 h2 h3 h4 h5 h6 p pre table".split())
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED_WITHIN = 1024


def read_html(content: bytes, reading: Reading) -> list[Page]:
    """The text of a page: without scripts, styles, what is hidden, and menus."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415  # only the process that reads documents loads it

    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    tree = LexborHTMLParser(decoded(content, reading.encoding if declared is None else declared.group(1).decode()))
    named = tree.css_first("title")
    title = "" if named is None else " ".join(named.text().split())
    for node in tree.css(_LEFT_OUT):
        node.decompose()
    return [Page("" if tree.body is None else _text_of(tree.body), title or None)]


def _text_of(body: Any) -> str:
    """All that is written below a node. Nesting as deep as anybody likes takes no more stack."""
    pieces: list[str] = []
    preformatted = 0
    waiting: list[tuple[Any, bool]] = [(body, False)]
    while waiting:
        node, is_end = waiting.pop()
        name: str = node.tag
        if name == "-text":
            text: str = node.text_content or ""
            pieces.append(text if preformatted else re.sub(r"\s+", " ", text))
            continue
        preformatted += 0 if name != "pre" else -1 if is_end else 1
        pieces.append(_around(name, is_end=is_end))
        if not is_end:
            waiting.append((node, True))
            waiting += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
    lines = [line.rstrip() for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_stripped(line) for line in lines)).strip()


def _around(name: str, *, is_end: bool) -> str:
    """What stands before or behind what an element holds."""
    if name == "br":
        return "" if is_end else "\n"
    if name in ("td", "th"):
        return " | " if is_end else ""
    if name in _APART:
        heading = name[0] == "h" and not is_end
        return "\n\n" + ("#" * int(name[1]) + " " if heading else "")
    if name not in _BLOCKS:
        return ""
    if name == "li":
        return "" if is_end else "\n- "
    return "\n"


def _stripped(line: str) -> str:
    """A line without the one space that white space before it has become."""
    return line[1:] if line.startswith(" ") and not line.startswith("  ") else line


HTML_FILES = Format("html", (".html", ".htm", ".xhtml"), read_html)
