"""The catalogue of rules that name what is not body."""

from newsclean.rules.catalogue import CATALOGUE, apply_rules
from newsclean.rules.rule import BlockRule, Context, NodeRule, Rule, Undone

__all__ = ["CATALOGUE", "BlockRule", "Context", "NodeRule", "Rule", "Undone", "apply_rules"]
