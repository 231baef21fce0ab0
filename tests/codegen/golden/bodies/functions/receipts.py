"""What is looked up of a receipt."""

from app.runtime.files import UploadedFile


def count_bytes(file: UploadedFile) -> int:
    """How long a file is."""
    return len(file.content)
