"""Entry point of the ``newsmill`` command.

Each command lives in a module of :mod:`newsmill.commands` and is imported only when it is called, so that
``newsmill --help`` and ``newsmill sql`` never pay for Scrapy.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys

import click

from newsmill import __version__
from newsmill.errors import UserError
from newsmill.terminal import SayingHandler, make_logs_printable, print_traceback, say

# Name on the command line -> (module, attribute, one line of help). The help stands here so that `--help` imports nothing.
COMMANDS = {
    "crawl": ("newsmill.commands.crawl", "crawl", "Crawl news sites into the dataset."),
    "sources": ("newsmill.commands.sources", "sources", "Show where a site names its articles."),
    "site": ("newsmill.commands.site", "site", "Describe sites in files; say which have drifted."),
    "clean": ("newsmill.commands.clean", "clean", "Clean HTML files, folders, WARC or text."),
    "sql": ("newsmill.commands.sql", "sql", "Ask the dataset with SQL."),
    "inspect": ("newsmill.commands.inspect", "inspect", "Show what was kept and removed, by which rule."),
    "dedupe": ("newsmill.commands.dedupe", "dedupe", "Find articles that tell the same story."),
    "learn": (
        "newsmill.commands.learn",
        "learn",
        "Learn what stands on many pages of a site, and remove it.",
    ),
    "reclean": ("newsmill.commands.reclean", "reclean", "Clean the stored pages again; say what changed."),
    "report": ("newsmill.commands.report", "report", "Write the dataset as one page with plots."),
    "compact": ("newsmill.commands.compact", "compact", "Merge the dataset's small files."),
    "verify": ("newsmill.commands.verify", "verify", "Check every file and count of the dataset."),
    "export": ("newsmill.commands.export", "export", "Write the dataset out for other programs."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of :data:`COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, _, summary) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsmill")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def command_line(ctx: click.Context, debug: bool) -> None:
    """News pages in, clean articles in Parquet out, every decision open to SQL."""
    ctx.obj = {"debug": debug}


def main() -> None:
    """Run the command line: exit code 0 done, 1 nothing done or something failed, 2 wrong usage."""
    debug = "--debug" in sys.argv[1:2]
    sys.excepthook = print_traceback
    make_logs_printable()
    # What the dataset warns of, such as a damaged line of the journal, is told whichever command finds it.
    dataset_log = logging.getLogger("newsdata")
    dataset_log.addHandler(SayingHandler(logging.WARNING))
    dataset_log.propagate = False
    try:
        status = command_line(prog_name="newsmill", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)  # click hands back what ctx.exit() was given
    except click.ClickException as error:
        command = (
            error.ctx.command_path
            if isinstance(error, click.UsageError) and error.ctx is not None
            else "newsmill"
        )
        message = error.format_message().rstrip(".")
        say(f"{message[:1].lower()}{message[1:]}; `{command} --help` says how")
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except UserError as error:
        if debug:
            raise
        say(str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader of a pipe has gone; keep Python from complaining while it shuts down
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
