"""Paths that others say, below a folder of the operator: none leads out of it, by whatever way."""

from pathlib import Path, PurePosixPath, PureWindowsPath


class LeadsOut(ValueError):
    """A path leads out of its folder, or could on some system."""


def path_below(folder: Path, path: str) -> Path:
    """Where a path below a folder, whose own links are followed, really is.

    Raises:
        LeadsOut: it, or a link on its way, leads out of the folder.
        OSError: there is nothing.
    """
    # What leads out of a folder on any system is refused on all.
    parts = [*PurePosixPath(path).parts, *PureWindowsPath(path).parts]
    is_rooted = PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or PureWindowsPath(path).root
    if is_rooted or ".." in parts or "\0" in path:
        raise LeadsOut
    try:
        real = (folder / path).resolve(strict=True)
    except (RuntimeError, ValueError) as error:  # links in a circle before CPython 3.13; characters that no name has
        raise FileNotFoundError from error
    if not real.is_relative_to(folder):
        raise LeadsOut
    return real
