"""One service for all faults: they come from upstream, whose address stays the same."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults.scene import Scene
from tests.faults.service import app
from tests.server import serve


@pytest.fixture(scope="session")
def listener() -> Iterator[socket.socket]:
    """Where upstream is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="session")
def service_url(listener: socket.socket) -> Iterator[str]:
    """Where the service is. It reads its environment when it starts; other tests have their own."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as environment:
            for provider in ("OPENAI", "ANTHROPIC"):
                environment.setenv(f"{provider}_API_KEY", "sk-test")
                environment.setenv(f"{provider}_BASE_URL", f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
            environment.setenv("EXPOSE_ERRORS", "true")
            running = stack.enter_context(serve(app))
        yield running.url


@pytest.fixture
def scene(service_url: str, listener: socket.socket, caplog: pytest.LogCaptureFixture) -> Scene:
    """The service with the scripted upstream."""
    return Scene(service_url, listener, caplog)
