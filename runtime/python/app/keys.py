"""The API keys of the service: `python -m app.keys add NAME [--scope SCOPE …] | list | revoke NAME`.

A key is printed once, when it is made. The service notices changes of the file by itself.
"""

import argparse
import sys
from pathlib import Path

from app.door import key_file
from app.runtime.settings import explain


def main(arguments: list[str] | None = None) -> int:
    """Does what the command line says; 0 if it was done, 1 if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m app.keys", description="Makes, lists and revokes API keys.")
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="makes a key and prints it, once")
    adding.add_argument("name", help="whose key it is, for the log: letters, digits and . _ @ -")
    adding.add_argument("--scope", action="append", default=[], help="what it may do, where a workflow asks for scopes")
    commands.add_parser("list", help="lists the keys by name")
    commands.add_parser("revoke", help="takes a key away").add_argument("name")
    options = parser.parse_args(arguments)
    try:
        path = Path(key_file.KeySettings.load().api_keys_file)
        match options.command:
            case "add":
                print(key_file.add(path, options.name, options.scope))  # noqa: T201
                print(f"Added {options.name} to {path}; the key is not shown again.", file=sys.stderr)  # noqa: T201
            case "revoke":
                key_file.revoke(path, options.name)
                print(f"Revoked {options.name}.", file=sys.stderr)  # noqa: T201
            case _:
                for key in key_file.read(path).keys:
                    print(f"{key.name}\t{key.created:%Y-%m-%d}\t{' '.join(key.scopes)}")  # noqa: T201
    except (OSError, ValueError) as error:
        print(f"error: {explain(error) if isinstance(error, ValueError) else error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
