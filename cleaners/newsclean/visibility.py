"""Declarations of CSS: what they say, and whether text with them can be seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb
from functools import lru_cache

from newsclean.selectors import unescape

Colour = tuple[int, int, int]
Declarations = Mapping[str, str]

# Lengths in pixels on the screen of a desk; a percentage is taken of its width.
SCREEN = (1366, 768)
PIXELS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0,
    "%": SCREEN[0] / 100, "vw": SCREEN[0] / 100, "vh": SCREEN[1] / 100, "vmin": SCREEN[1] / 100, "vmax": SCREEN[0] / 100,
}  # fmt: skip
# Text is unreadable up to these sizes, by unit.
UNREADABLE_SIZE = {
    "": 0.0, "px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "ex": 0.1, "%": 10.0, "vw": 0.1, "vh": 0.1,
}  # fmt: skip
# Moved up or left by so many pixels text is outside of the window; to the other side one could scroll after it.
OUTSIDE = 900.0
FAR_OUTSIDE = 3_000.0
# What is fixed cannot be scrolled after; a drawer waits at a whole screen's width, this is further, in hundredths of it.
OUTSIDE_OF_FIXED = 150.0
# Scaled to less, text is a dot.
SMALLEST_SCALE = 0.05
# Turned out of the plane so far, in degrees of a quarter turn, text is a line.
EDGE_ON = 1.0
# Colours whose channels differ by no more than this (of 255) look the same.
SAME_COLOUR = 8
# Longer sums are not worked out, nor further references of custom properties followed.
LONGEST_SUM = 200
MOST_REFERENCES = 8

WHITE = (255, 255, 255)
_NAMED_COLOURS = {
    "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240), "whitesmoke": (245, 245, 245), "black": (0, 0, 0), "silver": (192, 192, 192),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211),
    "red": (255, 0, 0), "maroon": (128, 0, 0), "yellow": (255, 255, 0), "olive": (128, 128, 0), "lime": (0, 255, 0),
    "green": (0, 128, 0), "aqua": (0, 255, 255), "teal": (0, 128, 128), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "fuchsia": (255, 0, 255), "purple": (128, 0, 128), "orange": (255, 165, 0), "beige": (245, 245, 220),
}  # fmt: skip

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([a-z%]*)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_SIDES = frozenset({"width", "height", "max-width", "max-height", "inline-size", "block-size"})
_MOVING = frozenset({
    "left", "right", "top", "bottom", "inset", "inset-inline-start", "inset-inline-end", "inset-block-start",
    "inset-block-end", "text-indent", "margin", "margin-left", "margin-top", "transform", "translate",
})  # fmt: skip
_CLIPPING = frozenset({"clip", "clip-path", "-webkit-clip-path"})
_TRANSFORMING = frozenset({"transform", "scale", "rotate", "zoom"})
_TURNS = {"deg": 90.0, "grad": 100.0, "turn": 0.25, "rad": 1.5708}
# Values by which text may be hidden, and the end of their property's name. Whole sheets are searched for them, so each
# pattern starts with one character (which halves the time), and looks for names only behind values that may be meant;
# what they find is read properly. Lower case and no white space.
_MAY_HIDE = (
    re.compile(
        r""":(?:
        none(?<=display:none)|hidden(?<=visibility:hidden)|collapse(?<=visibility:collapse)
        |[0.](?:(?<=opacity:.)|(?<=font-size:.)|(?<=font:.)|(?<=height:.)|(?<=width:.)|(?<=scale:.)|(?<=zoom:.)|(?<=-size:.))
        |1px(?:(?<=height:1px)|(?<=width:1px)|(?<=size:1px))
        |transparent(?:(?<=[{;}]color:transparent)|(?<=^color:transparent)|(?<=fill-color:transparent))
        |(?:rgba?|hsla?|color|(?:ok)?l(?:ab|ch))\([^;}]{0,60}?[,/]0?\.?0*%?\)|\#(?:\w{3}0|\w{6}00)(?![0-9a-f])
        |-(?:\d{3}|\d\d(?:r?em|%|v[wh]))
        |[1-9](?:(?<=left:.)|(?<=right:.)|(?<=top:.)|(?<=bottom:.)|(?<=inset:.)|(?<=start:.)|(?<=end:.)|(?<=late:.))\d\d(?:\d|v[wh])
        |calc\([^;}]{0,60}?\d(?:\d\d(?!%)|\d?\d(?:r?em|v[wh]))|calc\([^;}]{0,60}?\b0
        |rect\(|inset\(|circle\(|ellipse\(|polygon\(|scale|translate|rotate|matrix|skew|opacity\(|100%(?<=indent:100%)
        |[xy0-9.](?<=rotate:.)
        |\d+(?:px|em)?/0
        |var\((?:(?<=display:var\()|(?<=visibility:var\()|(?<=opacity:var\()|(?<=font-size:var\()|(?<=left:var\()|(?<=top:var\()
            |(?<=indent:var\()|(?<=clip:var\()|(?<=path:var\()|(?<=scale:var\()|(?<=filter:var\()|(?<=translate:var\())
        )""",
        re.VERBOSE,
    ),
    re.compile(r"-\d{3,}(?:px|pt|r?em|v[wh])"),
    re.compile(r"\)(?:scale|translate|rotate|matrix|skew|opacity\()"),
)
_TEXT_COLOUR = re.compile(r"(?<![\w-])(?:color|-webkit-text-fill-color):([^;!}]+)")
_BACKGROUND = re.compile(r"(?<![\w-])background(?:-color)?:([^;!}]+)")
# Properties that decide together, by parts of their names: of rules that hide, those that can undo it are looked for.
_DECIDE_TOGETHER = (
    ("display",), ("visibility",), ("opacity", "filter", "anim", "transition", "will-change"), ("font", "zoom"),
    ("position", "left", "right", "top", "bottom", "inset", "margin"), ("indent", "overflow"), ("clip", "position"),
    ("transform", "scale", "translate", "rotate"), ("height", "width", "size", "overflow", "padding"),
    ("color", "background", "fill", "shadow", "stroke"),
)  # fmt: skip
_DECIDING = re.compile("|".join(word for group in _DECIDE_TOGETHER for word in group))
# With these, others hide more.
_FAVOURABLE = {"position": "absolute", "overflow": "hidden"}


@lru_cache(maxsize=4096)
def declarations(text: str) -> Declarations:
    """Properties and values of a declaration block, in lower case; the last one of a name wins, an important one first."""
    found: dict[str, str] = {}
    if "/*" in text:
        text = _COMMENT.sub("", text)
    if "\\" in text:
        text = unescape(text)
    for declaration in text.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            name, value = name.strip(), value.strip()
            if "!" not in found.get(name, "") or "!" in value:
                found[name] = value
    return found


def squeezed(css: str) -> str:
    """CSS in lower case, without white space and other letters than those of ASCII, as :func:`may_hide` wants it."""
    # nothing else in Python does this as fast; all that hides is written in ASCII
    return css.encode("ascii", "replace").lower().translate(None, b" \t\n\r\f\v").decode("ascii")


def may_hide(css: str) -> bool:
    """Whether squeezed declarations hold anything that can hide text, alone or with others."""
    return any(pattern.search(css) for pattern in _MAY_HIDE) or _may_be_of_one_colour(css)


def pieces_that_may_hide(css: str) -> Sequence[int]:
    """The pieces of a squeezed sheet, cut at its closing braces, that hold anything that can hide text; by their numbers."""
    found: set[int] = set()
    for pattern in _MAY_HIDE:
        number = start = 0
        for hit in pattern.finditer(css):
            number += css.count("}", start, hit.start())
            start = hit.start()
            found.add(number)
    for number, piece in enumerate(css.split("}")):
        if "background" in piece and any(map(_may_be_of_one_colour, piece.split("{"))):
            found.add(number)
    return sorted(found)


def _may_be_of_one_colour(css: str) -> bool:
    # most rules with a background set no other colour, and "in" is many times faster than any pattern
    if "background" not in css or (
        ";color:" not in css and "fill-color:" not in css and not css.startswith("color:")
    ):
        return False
    text, behind = _TEXT_COLOUR.search(css), _BACKGROUND.search(css)
    return text is not None and behind is not None and same_colour(colour(text[1]), colour(behind[1]))


@lru_cache(maxsize=4096)
def may_hide_by(name: str, text: str) -> bool:
    """Whether a property with a value can hide text, alone or with others."""
    return may_hide(squeezed(f"{name}:{text}"))


@lru_cache(maxsize=4096)
def _hides_with_others(name: str, text: str) -> bool:
    return may_hide_by(name, text) and hidden_by({**_FAVOURABLE, name: text}) != ""


def deciding_words(style: Declarations) -> set[str]:
    """Parts of the names of properties that decide together with those declarations that can hide, alone or with others."""
    words: set[str] = set()
    colours = {name: text for name, text in style.items() if name.startswith(("color", "background"))}
    for name, text in style.items():
        if _DECIDING.search(name) and (
            (name == "color" and hidden_by(colours)) or _hides_with_others(name, text)
        ):
            for group in _DECIDE_TOGETHER:
                if any(word in name for word in group):
                    words.update(group)
    return words


def value(style: Declarations, name: str) -> str:
    """A property's value without ``!important``; empty if it is not declared."""
    return without_importance(style.get(name, ""))


def without_importance(text: str) -> str:
    """A value without ``!important``."""
    return text.partition("!")[0].rstrip()


def cascade(weaker: Declarations, stronger: Declarations) -> dict[str, str]:
    """What holds of two declaration blocks; ``!important`` counts."""
    result = dict(weaker)
    for name, text in stronger.items():
        if "!" not in result.get(name, "") or "!" in text:
            result[name] = text
    return result


def hidden_by(style: Declarations) -> str:
    """The rule by which declarations hide an element, what lies behind it apart; empty if they do not."""
    if not style:
        return ""
    if value(style, "display") == "none":
        return "hidden.display-none"
    if value(style, "visibility") in {"hidden", "collapse"} or value(style, "content-visibility") == "hidden":
        return "hidden.visibility"
    if _is_see_through(style):
        return "hidden.opacity"
    size = value(style, "font-size")
    if _is_up_to(size, UNREADABLE_SIZE) or (
        not size and re.search(r"(?<![\w.])0(?:px|em)?(?:/|\s)", value(style, "font"))
    ):
        return "hidden.font-size"
    if not _MOVING.isdisjoint(style) and _is_off_screen(style):
        return "hidden.off-screen"
    if not _CLIPPING.isdisjoint(style) and _is_clipped(style):
        return "hidden.clip"
    if not _SIDES.isdisjoint(style) and _has_no_size(style):
        return "hidden.no-size"
    if not _TRANSFORMING.isdisjoint(style) and _is_transformed_to_nothing(style):
        return "hidden.transform"
    text = text_colour(style)
    if text:
        if _is_transparent(text) and not shows_another_way(style):
            return "hidden.transparent"
        background = colour(value(style, "background-color") or value(style, "background"))
        if background and same_colour(colour(text), background):
            return "hidden.same-colour"
    return ""


def _is_see_through(style: Declarations) -> bool:
    if any(name.startswith(("anim", "transition", "will-change")) for name in style):
        return False
    opaque = re.search(r"\bopacity\(([^()]*)\)", value(style, "filter"))
    return any(
        _is_up_to(share, {"": 0.01, "%": 1.0})
        for share in (value(style, "opacity"), opaque[1].strip() if opaque else "")
    )


def _is_off_screen(style: Declarations) -> bool:
    if value(style, "position") in {"absolute", "fixed", "relative", "sticky"}:
        inset = re.split(r"\s+", value(style, "inset"))
        sides = [value(style, side) for side in ("left", "right", "top", "bottom")]
        sides += [
            value(style, f"inset-{axis}-{end}") for axis in ("inline", "block") for end in ("start", "end")
        ]
        if value(style, "position") == "fixed" and any(map(_is_beyond, (*sides, *inset))):
            return True
        relative = value(style, "position") in {"relative", "sticky"}
        if any(_is_outside(side, by_percent=not relative) for side in (*sides, *inset)):
            return True
    indent = value(style, "text-indent")
    if _is_outside(indent) or (indent == "100%" and value(style, "overflow") in {"hidden", "clip"}):
        return True
    margins = re.split(r"\s+", value(style, "margin"))
    if any(
        _is_outside(margin)
        for margin in (value(style, "margin-left"), value(style, "margin-top"), margins[0], margins[-1])
    ):
        return True
    moves = [*re.findall(r"translate(?:x|y|3d)?\(((?:[^()]|\([^()]*\))*)\)", value(style, "transform"))]
    moves.append(value(style, "translate"))
    # by its own width a slide of a carousel or a drawer is moved, which comes back
    return any(
        _is_outside(length, by_percent=False)
        for move in moves
        for length in (re.split(r"[\s,]+", move) if "(" not in move else re.split(r"\s*,\s*", move))
    )


def _is_beyond(length: str) -> bool:
    number = _NUMBER.fullmatch(length)
    return number is not None and number[2] in {"vh", "vw"} and float(number[1]) >= OUTSIDE_OF_FIXED


def _is_outside(length: str, *, by_percent: bool = True) -> bool:
    if not length or (not by_percent and "%" in length):
        return False
    pixels = _pixels(length)
    if length.endswith("%"):
        return pixels is not None and pixels <= -100 * PIXELS["%"]
    return pixels is not None and (pixels <= -OUTSIDE or pixels >= FAR_OUTSIDE)


@lru_cache(maxsize=1024)
def _pixels(length: str) -> float | None:
    """A length or a sum of lengths (``calc``) in pixels; None for all else."""
    number = _NUMBER.fullmatch(length)
    if number is not None:
        return float(number[1]) * PIXELS[number[2]] if number[2] in PIXELS else None
    if not length.startswith(("calc(", "-webkit-calc(")) or len(length) > LONGEST_SUM:
        return None
    terms = _NUMBER.sub(
        lambda found: f"{found[1]}*{PIXELS.get(found[2], float('nan'))}" if found[2] else found[1],
        length.replace("calc", "").removeprefix("-webkit-"),
    )
    try:
        return _sum(ast.parse(terms, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def _sum(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return -_sum(node.operand) if isinstance(node.op, ast.USub) else _sum(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _sum(node.left), _sum(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
    raise ValueError


def _is_clipped(style: Declarations) -> bool:
    clip = value(style, "clip")
    if clip.startswith("rect(") and value(style, "position") in {"absolute", "fixed"}:
        sides = [float(number[1]) for number in _NUMBER.finditer(clip)]
        if len(sides) == 4 and (sides[2] - sides[0] <= 1 or sides[1] - sides[3] <= 1):
            return True
    path = value(style, "clip-path") or value(style, "-webkit-clip-path")
    if path.startswith("inset("):
        insets = [float(number[1]) for number in _NUMBER.finditer(path) if number[2] == "%"]
        return bool(insets) and min(insets) >= 50
    return (
        path.startswith(("circle(0", "ellipse(0"))
        or re.fullmatch(r"polygon\((?:0(?:px|%)?[\s,]*)+\)", path) is not None
    )


def _has_no_size(style: Declarations) -> bool:
    overflow = " ".join(value(style, name) for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    # a box without height that has padding keeps the room of a picture or video
    if any(
        name.startswith("padding") and not _is_up_to(text, {"": 0, "px": 1}) for name, text in style.items()
    ):
        return False
    return any(_is_up_to(value(style, side), {"": 0, "px": 1, "em": 0, "%": 0}) for side in _SIDES)


def _is_transformed_to_nothing(style: Declarations) -> bool:
    transform = value(style, "transform")
    functions = re.findall(r"([a-z0-9]+)\(([^()]*)\)", transform) if "(" in transform else []
    functions += [
        ("scale", value(style, "scale")),
        ("rotate3d", value(style, "rotate")),
        ("scale", value(style, "zoom")),
    ]
    for name, text in functions:
        parts = re.split(r"[\s,]+", text.strip())
        if name.startswith("scale") and any(
            _is_up_to(part, {"": SMALLEST_SCALE, "%": 5.0}) for part in parts
        ):
            return True
        if name in {"rotatex", "rotatey"} and _is_edge_on(text):
            return True
        axis = parts[:-1]  # a letter, or three numbers
        is_in_plane = axis in (["x"], ["y"]) or (len(axis) == 3 and axis[2] == "0")
        if name == "rotate3d" and is_in_plane and _is_edge_on(parts[-1]):
            return True
        if name == "matrix" and len(parts) == 6 and all(_NUMBER.fullmatch(part) for part in parts):
            a, b, c, d = (float(part) for part in parts[:4])
            if abs(a * d - b * c) <= SMALLEST_SCALE**2:
                return True
    return False


def _is_edge_on(angle: str) -> bool:
    number = _NUMBER.fullmatch(angle.strip())
    if number is None or number[2] not in _TURNS:
        return False
    quarters = abs(float(number[1])) / _TURNS[number[2]]
    return quarters % 2 != 0 and abs(quarters % 2 - 1) <= EDGE_ON / 90


def _is_up_to(text: str, limits: Mapping[str, float]) -> bool:
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return number[2] in limits and 0 <= float(number[1]) <= limits[number[2]]
    return text.startswith("calc(") and _pixels(text) == 0


def text_colour(style: Declarations) -> str:
    """The colour that letters are filled with; empty if none is declared."""
    return value(style, "-webkit-text-fill-color") or value(style, "color")


def same_colour(one: Colour | None, other: Colour | None) -> bool:
    """Whether two colours are known and look the same."""
    return (
        one is not None
        and other is not None
        and all(abs(a - b) <= SAME_COLOUR for a, b in zip(one, other, strict=True))
    )


def _is_transparent(text: str) -> bool:
    if text == "transparent":
        return True
    if text.startswith("#"):
        return len(text) in {5, 9} and set(text[4:] if len(text) == 5 else text[7:]) == {"0"}
    name, bracket, arguments = text.rstrip(") ").partition("(")
    parts = re.split(r"[\s,/]+", arguments)
    if not bracket or len(parts) < 4 or not (name.startswith(("rgb", "hsl")) or "/" in arguments):
        return False
    return _is_up_to(parts[-1], {"": 0.01, "%": 1.0})


def shows_another_way(style: Declarations) -> bool:
    """Whether the background shows in the letters, or a gradient or image lies behind them."""
    clips = "text" in (value(style, "background-clip"), value(style, "-webkit-background-clip"))
    fill = value(style, "-webkit-text-fill-color")
    return (
        clips
        or (fill != "" and not _is_transparent(fill))
        or "text-shadow" in style
        or "-webkit-text-stroke" in style
    )


@lru_cache(maxsize=1024)
def colour(text: str) -> Colour | None:
    """An opaque colour's channels (CSS Color 4: hexadecimal, rgb, hsl, the common names, greys in other spaces)."""
    named = _NAMED_COLOURS.get(text)
    if named:
        return named
    if text.startswith("#"):
        digits = text[1:]
        if len(digits) in {3, 4}:
            digits = "".join(digit * 2 for digit in digits)
        try:
            red, green, blue, alpha = bytes.fromhex(digits if len(digits) == 8 else digits + "ff")
        except ValueError:
            return None
        return (red, green, blue) if alpha > 128 else None
    space, bracket, arguments = text.removesuffix(")").partition("(")
    numbers = _NUMBER.findall(arguments.removeprefix("srgb "))
    if not bracket or len(numbers) < 3 or (len(numbers) > 3 and _share(*numbers[3]) <= 0.5):
        return None
    if space in {"rgb", "rgba"}:
        return _channels(*(float(number) / (100 if unit == "%" else 255) for number, unit in numbers[:3]))
    if space in {"hsl", "hsla"}:
        hue = float(numbers[0][0]) / (4 * _TURNS.get(numbers[0][1], _TURNS["deg"]))
        return _channels(*hls_to_rgb(hue, float(numbers[2][0]) / 100, float(numbers[1][0]) / 100))
    if arguments.startswith("srgb "):
        return _channels(*(_share(*number) for number in numbers[:3]))
    return _grey(space, numbers)


def _grey(space: str, numbers: Sequence[tuple[str, str]]) -> Colour | None:
    """A grey, black or white of a space that tells lightness from colour; None for what is coloured."""
    first, second, third = (float(number) for number, _ in numbers[:3])
    if space == "hwb":
        return _channels(*[second / (second + third)] * 3) if second + third >= 100 else None
    if space not in {"lab", "lch", "oklab", "oklch"}:
        return None
    is_ok = space.startswith("ok")
    lightness = _share(*numbers[0]) if is_ok else first / 100
    chroma = abs(second) if space.endswith("ch") else abs(second) + abs(third)
    if chroma > (0.01 if is_ok else 1.0) and 0 < lightness < 1:
        return None
    linear = lightness**3 if is_ok else ((100 * lightness + 16) / 116) ** 3
    return _channels(*[1.055 * linear ** (1 / 2.4) - 0.055 if linear > 0.0031308 else 12.92 * linear] * 3)


def _share(number: str, unit: str) -> float:
    return float(number) / (100 if unit == "%" else 1)


def _channels(*shares: float) -> Colour:
    red, green, blue = (round(255 * min(1.0, max(0.0, share))) for share in shares)
    return red, green, blue
