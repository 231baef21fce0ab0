"""What a function's docstring tells a model: of the function, and of each parameter."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

_PARAMETERS = ("args", "arguments", "parameters", "params", "other parameters", "keyword args", "keyword arguments")
# What comes out of a function, and how it is used in code, is nothing that a model can go by.
_LEFT_OUT = ("returns", "return", "yields", "yield", "receives", "raises", "except", "exceptions", "warns",
             "attributes", "example", "examples", "see also", "references", "todo")  # fmt: skip
_GOOGLE_HEADER = re.compile(rf"({'|'.join(_PARAMETERS + _LEFT_OUT)})\s*:\s*", re.IGNORECASE)
_UNDERLINE = re.compile(r"-{3,}\s*")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(\w+)\s*(?:\((?:[^()]|\([^()]*\))*\))?\s*:\s*(.*)")
_NUMPY_ENTRY = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?")
_FIELD = re.compile(
    r"[:@](?:(?:param|parameter|arg|argument|key|keyword)\s+(?:[^:]*\s)?\*{0,2}(\w+)"
    r"|(?:type|returns?|rtype|raises?|except|exception|yields?|var|ivar|cvar|vartype|meta)(?:\s[^:]*)?)\s*:\s*(.*)"
)
_LIST_ITEM = re.compile(r"\s|[-*•+]\s|\d+[.)]\s|>>>")


@dataclass(slots=True)
class Docstring:
    """`description` has all paragraphs that are about the function; `parameters` tells of those that the text names."""

    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict[str, str])


def read_docstring(function: Callable[..., Any], names: Collection[str]) -> Docstring:
    """Reads the docstring of a function with parameters of these names, in the style of Google, NumPy or Sphinx."""
    lines = (inspect.getdoc(function) or "").splitlines()
    reader = _Reader(names)
    while lines:
        lines = reader.read(lines)
    told = {name: _text(entry) for name, entry in reader.entries.items()}
    return Docstring(_text(reader.plain), {name: text for name, text in told.items() if text})


class _Reader:
    """Takes a docstring apart, one section, field or line at a time."""

    def __init__(self, names: Collection[str]) -> None:
        self.plain: list[str] = []
        self.entries: dict[str, list[str]] = {}
        self._names = names

    def read(self, lines: list[str]) -> list[str]:
        """The lines that are left after the first thing among these."""
        first, rest = lines[0], lines[1:]
        if rest and _UNDERLINE.fullmatch(rest[0]) and first.strip():
            end = next((at for at in range(1, len(rest) - 1) if _UNDERLINE.fullmatch(rest[at + 1])), len(rest))
            self._section(first.strip().lower(), rest[1:end], self._numpy)
            return rest[end:]
        header = _GOOGLE_HEADER.fullmatch(first)
        if header:
            # Below a header in the first line, nothing shows any more how far lines were indented.
            end = _indented(rest) or next((at for at, line in enumerate(rest) if not line), len(rest))
            self._section(header[1].lower(), rest[:end], self._google)
            return rest[end:]
        said = _FIELD.fullmatch(first)
        if said:
            end = _indented(rest, through_blank=False)
            if said[1] in self._names:
                self.entries[said[1]] = [said[2], *rest[:end]]
            return rest[end:]
        self.plain.append(first)
        return rest

    def _section(self, title: str, body: list[str], read_entries: Callable[[list[str]], None]) -> None:
        if title in _PARAMETERS:
            read_entries(body)
        elif title not in _LEFT_OUT:
            self.plain += [*body, ""]

    def _google(self, body: list[str]) -> None:
        entry: list[str] = []
        for line in inspect.cleandoc("\n".join(["", *body])).splitlines():
            found = _GOOGLE_ENTRY.fullmatch(line)
            if found and found[1] in self._names:
                entry = self.entries[found[1]] = [found[2]]
            else:
                entry.append(line)

    def _numpy(self, body: list[str]) -> None:
        entry: list[str] = []
        for line in body:
            found = _NUMPY_ENTRY.fullmatch(line)
            if found:
                entry = []
                for name in re.findall(r"\w+", found[1]):
                    if name in self._names:
                        self.entries[name] = entry
            else:
                entry.append(line)


def _indented(lines: list[str], *, through_blank: bool = True) -> int:
    """How many of the lines, to begin with, are indented, blank lines among them."""
    for at, line in enumerate(lines):
        if line and not line[0].isspace():
            return at
        if not line and not through_blank:
            return at
    return len(lines)


def _text(lines: Iterable[str]) -> str:
    """Paragraphs without their line ends; items of lists stay on lines of their own."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc("\n".join(lines)).strip())
    return "\n\n".join(map(_paragraph, paragraphs))


def _paragraph(text: str) -> str:
    joined = ""
    for line in text.splitlines():
        joined += ("\n" if _LIST_ITEM.match(line) else " ") + line.rstrip() if joined else line.rstrip()
    return joined
