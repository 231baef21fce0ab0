"""Settings that are URLs with a password in them, such as those of databases."""

from collections.abc import Callable

from pydantic import SecretStr


def url_of(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """A check that a setting is a URL of one of these schemes; what it holds is not told."""

    def checked(value: SecretStr) -> SecretStr:
        if value.get_secret_value().partition("://")[0] not in schemes:
            raise ValueError(f"It begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value

    return checked
