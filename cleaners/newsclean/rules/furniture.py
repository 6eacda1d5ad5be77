"""Standing notices of a site."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Role
from newsclean.rules.rule import BlockRule, Context, NodeRule, Rule
from newsclean.vocabulary import pattern, telling_words

LONGEST = 200
LONGEST_PLAYER, LONGEST_CALL, LONGEST_POLL, LONGEST_END_SIGN = 100, 160, 400, 12
_RIGHTS = re.compile(r"[\W_]*(?:©|\(c\)|copyright)\W*(?:19|20)\d\d\b", re.IGNORECASE)
_APPEAL = pattern(r"^[\W_]*{furniture.appeals}\b")
_PRINT = pattern(r"^[\W_]*{furniture.prints}\b")
_NOTICE = pattern(r"^[\W_]*(?:\d+\s+)?{furniture.notices}\b")


# as "Current Time 0:00" and "0 seconds of 1 minute, 12 seconds"
_PLAYER = pattern(
    r"[\W_]*(?:{furniture.players}(?:[\W\d_]+{furniture.players})*[\W\d_]*|\d+\s+{furniture.timers}\s+\d+\s[^.]*)"
)
_FOLLOW = pattern(r"^[\W_]*{furniture.follows}\b[^.:;?]{0,70}?\b{furniture.networks}\b[^.:;?]{0,50}[\W_]*$")
_INSTALL = pattern(r"(?:^|[.:!?]\s+)[\W_]*{furniture.installs}\b")
_POLL = re.compile(
    r"(?:^|[\s_-])(?:poll|polls|survey|umfrage|sondage|encuesta|sondaggio|enquete|ankieta|sonda|peiling)(?:$|[\s_-])"
)
_END_SIGN = re.compile(r"[_■□▪●◆♦⬛]+|[-–—#\s]*30[-–—#\s]*|#\s*#\s*#")


def _player(block: Block, context: Context) -> bool:
    return _PLAYER.fullmatch(block.text) is not None


def _follow(block: Block, context: Context) -> bool:
    return not block.roles & (Role.LIST | Role.QUOTE) and _FOLLOW.match(block.text) is not None


def _install(block: Block, context: Context) -> bool:
    return (
        not block.heading_level
        and not block.roles & (Role.LIST | Role.QUOTE)
        and _INSTALL.search(block.text) is not None
    )


def _poll(container: Container, context: Context) -> bool:
    """A small box that calls itself a poll, and asks."""
    page = context.segmentation
    return page.text_length(container) <= LONGEST_POLL and any(
        "?" in block.text[-3:] for block in page.inside(container)
    )


def _end_sign(block: Block, context: Context) -> bool:
    """A rule, a square or "-30-" alone on a line, when what follows it is gone."""
    return context.at_end(block, 0) and _END_SIGN.fullmatch(block.text) is not None


def _rights(block: Block, context: Context) -> bool:
    """A short closing line that begins with the copyright sign and a year."""
    return context.at_end(block, 2) and _RIGHTS.match(block.text) is not None


def _notice(block: Block, context: Context) -> bool:
    at_edge = context.at_start(block, 1) or context.at_end(block, 2)
    return (at_edge or len(block.text) < 80) and _NOTICE.match(block.text) is not None


def _print(block: Block, context: Context) -> bool:
    return (context.at_end(block, 3) or context.at_start(block, 1)) and _PRINT.match(block.text) is not None


def _appeal(block: Block, context: Context) -> bool:
    """A line that begins by asking readers for something; what a person in the story asks stands in quotation marks."""
    return _APPEAL.match(block.text) is not None and not block.text.startswith(("“", "„", "«", '"'))


def _repeated(block: Block, context: Context) -> bool:
    """What stands in place of each thing that the reader has not consented to, or under each picture."""
    return block.kind == "p" and block.key in context.repeated


RULES: tuple[Rule, ...] = (
    BlockRule(
        "furniture.notice",
        "furniture",
        "A standing notice about reuse, tips or reading aloud.",
        _notice,
        ceiling=0.98,
        longest=LONGEST,
        words=telling_words("furniture.notices"),
    ),
    BlockRule(
        "furniture.print",
        "furniture",
        "A line at the text's edge about the printed paper that it stood in.",
        _print,
        longest=LONGEST,
        words=telling_words("furniture.prints"),
    ),
    BlockRule(
        "furniture.appeal",
        "furniture",
        "A line that asks readers for support, to install the app, or to come to a social network.",
        _appeal,
        ceiling=0.98,
        longest=LONGEST,
        words=telling_words("furniture.appeals"),
    ),
    BlockRule(
        "furniture.follow",
        "furniture",
        "A line that asks readers to follow the site on a network it names.",
        _follow,
        longest=LONGEST_CALL,
        words=telling_words("furniture.networks"),
    ),
    BlockRule(
        "furniture.install",
        "furniture",
        "A line that asks readers to install the site's app.",
        _install,
        longest=LONGEST_CALL,
        words=telling_words("furniture.installs"),
    ),
    NodeRule(
        "furniture.poll",
        "furniture",
        "A small box that calls itself a poll, and asks.",
        _poll,
        named=_POLL,
        fewest=2,
        most=12,
    ),
    BlockRule(
        "furniture.player",
        "furniture",
        "What a video player says of itself.",
        _player,
        longest=LONGEST_PLAYER,
        words=telling_words("furniture.players", "furniture.timers"),
    ),
    BlockRule(
        "furniture.rights",
        "furniture",
        "A closing line that begins with the copyright sign and a year.",
        _rights,
        longest=LONGEST,
    ),
    BlockRule(
        "furniture.repeated",
        "furniture",
        "What the body says three times or more in the same words.",
        _repeated,
    ),
)
# known by being last, when all other closing lines are gone
FOOT_RULES = (
    BlockRule(
        "furniture.end-sign",
        "furniture",
        "A closing line of marks alone, such as a rule or a square, or the typesetter's “-30-”.",
        _end_sign,
        longest=LONGEST_END_SIGN,
    ),
)
