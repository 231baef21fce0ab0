"""`python -m app.batch`: runs a workflow of this project for each row of a file."""

import sys

from app.batch.command import batch_command
from app.batch.workflows import BATCHES, ENV, SERVERS, WORKFLOWS

if __name__ == "__main__":
    sys.exit(batch_command(WORKFLOWS, ENV, SERVERS, BATCHES))
