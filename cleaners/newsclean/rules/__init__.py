"""The catalogue: every rule, in the order in which they are asked. The first that takes a block names its removal."""

from newsclean.rules import (
    ad,
    bio,
    byline,
    caption,
    comment,
    cookie,
    credit,
    furniture,
    navigation,
    newsletter,
    paywall,
    related,
    share,
    title,
)  # fmt: skip
from newsclean.rules.rule import BlockRule, Context, NodeRule, Rule, Undone, apply_rules

# What cannot be told from a sentence by words alone (captions, forms) comes first. Bylines, credits and bios are known by
# where they stand, at the text's head or foot, so they come when the boxes around the text are gone.
CATALOGUE: tuple[Rule, ...] = (
    *caption.RULES,
    *title.RULES,
    *newsletter.RULES,
    *cookie.RULES,
    *paywall.RULES,
    *ad.RULES,
    *share.RULES,
    *comment.RULES,
    *related.RULES,
    *furniture.RULES,
    *navigation.RULES,
    *bio.RULES,
    *credit.RULES,
    *caption.LAST_RULES,
    *byline.RULES,
    *navigation.HEAD_RULES,
    *navigation.LINE_RULES,
)

__all__ = ["CATALOGUE", "BlockRule", "Context", "NodeRule", "Rule", "Undone", "apply_rules"]
