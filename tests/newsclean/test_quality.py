"""Figures of quality never fall below the pinned floors: benchmarks/floors.toml, with the hash of each corpus."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "pages"


def check(*folders: Path) -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "quality.py"), *map(str, folders), "--floors"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_the_demo_is_as_clean_as_ever() -> None:
    check()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not here")
def test_news_pages_are_as_clean_as_ever() -> None:
    check(SHARED / "publishers")


@pytest.mark.soak
@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not here")
def test_articles_at_large_are_as_clean_as_ever() -> None:
    check(SHARED / "wcxb-dev")
