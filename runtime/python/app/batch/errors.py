"""What keeps a batch from being begun or gone on with."""

WRONG_USAGE, MACHINE, FAILED = 2, 3, 4
"""Exit codes, as `catalyst` has them: the command or its input is wrong, the machine lacks something, rows failed."""


class BatchError(Exception):
    """Why there is no batch, and what to do; `exit_code` is what the command ends with."""

    def __init__(self, message: str, *, hint: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code


def price_unknown() -> BatchError:
    """Why a cap on the cost cannot be kept."""
    return BatchError(
        "The price of a model is not known, so that --max-cost cannot be kept.",
        hint="Use a model of the catalog, or leave --max-cost away.",
        exit_code=FAILED,
    )
