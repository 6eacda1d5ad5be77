"""The folder in which a project keeps what it knows of its sites: one TOML file each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from newscrawl.site_files import FOLDER, SiteFileError, SiteFiles, read_site_files, site_files_in
from newsmill.errors import WrongUsageError

sites_option = click.option(
    "--sites",
    "site_folder",
    type=click.Path(path_type=Path),
    help="Folder of the sites' files.  [default: sites]",
)


def known_files(folder: Path | None) -> SiteFiles:
    """All files of a folder; of the default one also if there is none.

    Raises:
        WrongUsageError: If a file cannot be used, or the folder that a person names is not there.
    """
    if folder is None and not FOLDER.is_dir():
        return SiteFiles()
    try:
        return read_site_files(site_files_in(folder or FOLDER))
    except SiteFileError as error:
        raise WrongUsageError(str(error)) from None


def chosen_files(names: Sequence[str], folder: Path | None) -> tuple[list[Path], tuple[str, ...]]:
    """The files that a person names, all of a folder's if only that is named; and the names that are no files.

    Args:
        names: Names of files without their ending, and others.
        folder: Where they lie; None for :data:`FOLDER`.

    Raises:
        WrongUsageError: If a file cannot be used, or the folder has none.
    """
    try:
        if folder is not None and not names:
            files = site_files_in(folder)
            if not files:
                raise WrongUsageError(
                    f"no site in {folder}; `newsmill site add URL --sites {folder}` writes one"
                )
        else:
            where = FOLDER if folder is None else folder
            found = {name: where / f"{name}.toml" for name in names if _is_file_name(name)}
            files = [path for path in dict.fromkeys(found.values()) if path.is_file()]
        read_site_files(files)
    except SiteFileError as error:
        raise WrongUsageError(str(error)) from None
    for path in files:
        if "," in str(path):
            raise WrongUsageError(f"{path} has a comma in its name; give it another")
    chosen = {path.stem for path in files}
    return files, tuple(name for name in names if name not in chosen)


def _is_file_name(name: str) -> bool:
    return bool(name) and not any(character in name for character in "/\\:\0")
