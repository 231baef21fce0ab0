"""Starts a generated service and looks on from outside, as a debugger does: no line of the project changes.

`python observer.py --project DIR -- app.runtime.serve [its arguments]`

Standard streams, signals and the exit code are the service's own. What happens in requests that carry `x-studio-run`
is written to file descriptor 3, and what runs are to do is read from 4, one JSON object a line on both.
"""

import argparse
import importlib
import importlib.util
import os
import runpy
import sys
from pathlib import Path

PACKAGE = "_catalyst_observer"
"""The name of the modules beside this one, which nothing of a project has."""
EVENTS, CONTROL = 3, 4


def main() -> None:
    """Runs the module that the arguments name as `python -m` would, watched where somebody listens."""
    parser = argparse.ArgumentParser(prog="observer.py")
    parser.add_argument("--project", type=Path, required=True, help="the folder of the generated project")
    parser.add_argument("module", help="such as app.runtime.serve")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    project: Path = options.project.resolve()
    listened_to = _was_passed(EVENTS) and _was_passed(CONTROL)
    os.chdir(project)
    if not sys.flags.safe_path:
        sys.path[0] = str(project)
    sys.argv = [options.module, *options.arguments]
    if listened_to:
        try:
            _install(project)
        except Exception as error:
            print(f"The Studio cannot look on: {error!r}", file=sys.stderr)  # noqa: T201
    runpy.run_module(options.module, run_name="__main__", alter_sys=True)


def _install(project: Path) -> None:
    """Loads the modules beside this one as a package, so that no import of the project can find them."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is not None and spec.loader is not None:
        sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
        importlib.import_module(f"{PACKAGE}.install").install(project, EVENTS, CONTROL)


def _was_passed(descriptor: int) -> bool:
    """Whether the parent process has given it: what Python itself opens is not inheritable."""
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False


if __name__ == "__main__":
    main()
