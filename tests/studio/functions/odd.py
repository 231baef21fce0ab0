"""What functions of a project may do although few should."""

import os
import sys
import threading
import time
from typing import Any


def odd(what: str, secret: str) -> Any:
    """Does it."""
    if what == "print":
        print("one line")
        print("two", "words", end="\n")
        sys.stdout.write("no line end")
    elif what == "raise":
        raise ValueError(f"no good: {secret}")
    elif what == "exit":
        sys.exit(7)
    elif what == "fork":
        child = os.fork()
        if child == 0:
            print("from the child", flush=True)
            os._exit(0)
        os.waitpid(child, 0)
    elif what == "cyclic":
        cycle: list[Any] = [1]
        cycle.append(cycle)
        return cycle
    elif what == "huge":
        return {"text": "x" * 5_000_000, "more": list(range(1_000_000))}
    elif what == "no_json":
        return {"lock": threading.Lock(), "set": {1}, "number": float("nan"), 5: "five", "text": "half \ud83d"}
    elif what == "hostile":
        return Hostile(a=1)
    elif what == "changing":
        return changing()
    elif what == "slow":
        time.sleep(0.2)
    elif what == "secret":
        return ["short", secret, f"Bearer {secret}", {secret: 1}]
    return what


def after(given: Any) -> str:
    """What was given, as a word."""
    return type(given).__name__


class Hostile(dict[str, Any]):
    """Raises when it is looked at."""

    def items(self) -> Any:
        """Never gives them."""
        raise RuntimeError("not for you")


def changing() -> dict[str, int]:
    """Goes on growing for a while in another thread."""
    growing: dict[str, int] = {}

    def grow() -> None:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            growing[str(len(growing))] = 1

    threading.Thread(target=grow, daemon=True).start()
    return growing
