"""What README shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from newsmill.__main__ import COMMANDS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_python_example_prints_what_it_says() -> None:
    code, printed = re.search(
        r"```python\n(from newsclean.*?)```\n\nprints\n\n```\n(.*?)```", README, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == printed.strip()


def test_the_queries_give_what_they_say(tmp_path: Path) -> None:
    newsmill = [sys.executable, "-m", "newsmill"]
    subprocess.run([*newsmill, "crawl", "demo", "--data", str(tmp_path)], capture_output=True, check=True)
    section = README.partition("## Five minutes of SQL")[2].partition("```console\n")[2].partition("```")[0]
    shown = re.findall(r'\$ newsmill sql "(.*?)"\n(.*?)(?=\n\n\$|\Z)', section, re.DOTALL)
    assert len(shown) == 3
    for query, table in shown:
        result = subprocess.run(
            [*newsmill, "sql", query, "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "COLUMNS": "160"},  # as wide as README's
        )
        assert [line.rstrip() for line in result.stdout.strip("\n").split("\n")] == [
            line.rstrip() for line in table.strip("\n").split("\n")
        ]


def test_every_command_is_documented_and_has_help() -> None:
    for name in COMMANDS:
        assert f"newsmill {name}" in README or f"`{name}`" in README, name
        result = subprocess.run(
            [sys.executable, "-m", "newsmill", name, "--help"], capture_output=True, text=True, check=True
        )
        assert len(result.stdout.splitlines()) > 5, name
