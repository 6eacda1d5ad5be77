"""The house keeps its order: source roots, one-way imports, installs beside other packages."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE_ROOTS = {"spiders": "newscrawl", "cleaners": "newsclean", "datasets": "newsdata", "cli": "newsmill"}
# Hugging Face's `datasets` loads our export; a folder of ours must never stand in its way
BESIDE_HUGGING_FACE = """
import datasets, newsmill, newsdata, newsclean, newscrawl
assert hasattr(datasets, "load_dataset"), datasets
assert "newsdata" in newsdata.__name__
print(newsmill.__version__)
"""


@pytest.mark.parametrize(("root", "package"), SOURCE_ROOTS.items())
def test_a_source_root_holds_one_package_and_nothing_else(root: str, package: str) -> None:
    entries = {entry.name for entry in (ROOT / root).iterdir()} - {"__pycache__"}
    assert entries == {package}
    assert (ROOT / root / package / "py.typed").exists()


def test_the_cleaner_needs_neither_crawler_nor_storage() -> None:
    script = (
        "import sys\n"
        "for name in ('scrapy', 'twisted', 'pyarrow', 'duckdb'): sys.modules[name] = None\n"
        "import newsclean\n"
        "text = 'The ferry sailed again on Monday, nine years after the board had withdrawn it from service. ' * 4\n"
        "print(len(newsclean.clean(f'<html><body><article><h1>Ferry</h1><p>{text}</p><p>{text}</p></article></body></html>').text) > 300)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "True", result.stderr


def test_editable_install_stands_beside_hugging_face_datasets(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    result = subprocess.run(
        [sys.executable, "-c", BESIDE_HUGGING_FACE], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 0, result.stderr
    # from the checkout itself, too: its folder `datasets/` must not shadow the package
    result = subprocess.run(
        [sys.executable, "-c", BESIDE_HUGGING_FACE], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert result.returncode == 0, result.stderr


def test_wheel_stands_beside_hugging_face_datasets(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    build = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    (wheel,) = tmp_path.glob("newsmill-*.whl")
    # the tests' own site-packages lend the dependencies; newsmill itself must come from the wheel
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    target = tmp_path / "installed"
    install = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert install.returncode == 0, install.stderr
    lent = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    script = f"import newsmill; assert newsmill.__file__.startswith({str(target)!r}), newsmill.__file__\n{BESIDE_HUGGING_FACE}"
    environment = {**os.environ, "PYTHONPATH": f"{target}{os.pathsep}{lent}"}
    result = subprocess.run(
        [python, "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    data = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    for needed in (
        "newsclean/vocabulary/en.toml",
        "newsclean/judge.npz",
        "newsdata/sql/articles.sql",
        "newsmill/demo/articles",
    ):
        assert any(name.startswith(needed) for name in data), f"{needed} is not in the wheel"


def test_constraints_hold_no_addresses() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "before", ["", "import newsclean.clean", "from newsclean.clean import examine", "import newsclean.lines"]
)
def test_clean_is_the_function_whatever_was_imported_before(before: str) -> None:
    code = f"{before}\nfrom newsclean import clean\nassert clean.__name__ == 'clean' and clean.__module__ == 'newsclean.clean'"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
