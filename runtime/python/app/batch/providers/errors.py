"""What can go wrong with a model call that goes through a provider's batch, besides what can with any."""

from app.runtime.errors import ServiceError


class BatchUnanswered(ServiceError, code="batch_unanswered", title="Not answered in the batch", status=504):
    """The provider ended the batch without an answer to this call; `reason` is `expired`, `cancelled` or `failed`."""

    hint = "Run the rows that have failed once more."
    retryable = True
    for_caller = ("reason",)


class RowNotRepeatable(ServiceError, code="row_not_repeatable", title="Row cannot be run again"):
    """The row asked a model for something else when it was run again with the answers that it had."""

    hint = (
        "Let what a model is asked hang on the row's input and on earlier answers alone, not on the time, on chance or "
        "on a cache. Or ask without --provider-batch."
    )
