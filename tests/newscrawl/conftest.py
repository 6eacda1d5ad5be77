import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode puts no test folder on the path

from small_web import Web  # noqa: E402 - needs the path


@pytest.fixture
def web() -> Iterator[Web]:
    running = Web()
    yield running
    running.close()
