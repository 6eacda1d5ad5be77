"""What README shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from warm_process import run_module

from newsmill.__main__ import COMMANDS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_python_example_prints_what_it_says() -> None:
    code, printed = re.search(
        r"```python\n(from newsclean.*?)```\n\nprints\n\n```\n(.*?)```", README, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == printed.strip()


def newsmill(*arguments: str, cwd: Path) -> str:
    done = run_module(
        "newsmill", *arguments, cwd=cwd, environment=os.environ | {"COLUMNS": "160"}
    )  # as README's
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_queries_give_what_they_say(tmp_path: Path) -> None:
    newsmill("crawl", "demo", cwd=tmp_path)
    section = README.partition("## Five minutes of SQL")[2].partition("```console\n")[2].partition("```")[0]
    shown = re.findall(r'\$ newsmill sql "(.*?)"\n(.*?)(?=\n\n\$|\Z)', section, re.DOTALL)
    assert len(shown) == 3
    for query, table in shown:
        printed = newsmill("sql", query, cwd=tmp_path)
        assert [line.rstrip() for line in printed.strip("\n").split("\n")] == [
            line.rstrip() for line in table.strip("\n").split("\n")
        ]


def test_every_command_is_documented_and_has_help(tmp_path: Path) -> None:
    for name in COMMANDS:
        assert f"newsmill {name}" in README or f"`{name}`" in README, name
        assert len(newsmill(name, "--help", cwd=tmp_path).splitlines()) > 5, name
