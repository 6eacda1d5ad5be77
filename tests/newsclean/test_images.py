"""Images with their captions and credits, read from whole pages."""

from __future__ import annotations

import pytest

from newsclean import clean
from newsclean.captions import split_credit

PARAGRAPHS = (
    "<p>The night ferry between the two banks sailed again on Monday for the first time in nine years.</p>"
    "<p>The harbour board had withdrawn the service when the old landing stage was condemned.</p>"
    "<p>“People had stopped believing the timetable on the wall,” said the ferry master on the quay.</p>"
    "<p>Fares stay at the level of the bus for the first year, after which the council will decide.</p>"
)


def images(markup: str, *, by: str = "By Mara Quill") -> list[tuple[str, str]]:
    """Caption and credit of each image of a page that holds the markup among its paragraphs."""
    page = (
        f"<html><head><title>Night ferry returns to the estuary</title></head><body><article>"
        f"<h1>Night ferry returns to the estuary</h1><p>{by}</p>{PARAGRAPHS}{markup}{PARAGRAPHS.replace('p>', 'p >')}</article>"
    )
    return [(image.caption, image.credit) for image in clean(page, "https://courier.example/ferry").images]


@pytest.mark.parametrize(
    ("markup", "pairs"),
    [
        # the credit is an element at the end of the caption's own line
        (
            '<div><div><img src="/a.jpg"></div><div class="field-bildunterschrift">Die Fähre am Kai. <span class="copyright">Foto: Jonas Brandt</span></div></div>',
            [("Die Fähre am Kai.", "Jonas Brandt")],
        ),
        # buttons that show, hide or sell stand behind it
        (
            '<div class="imagewrap"><img src="/a.jpg"><div class="credit-caption"><div class="caption"><p>The band on deck. <b class="credit">Orla Venn/Courier</b> <b class="hide"><b>hide caption</b></b></p></div><b class="toggle">toggle caption</b><span class="credit">Orla Venn/Courier</span></div></div>',
            [("The band on deck.", "Orla Venn/Courier")],
        ),
        (
            '<figure><img src="/a.jpg"><figcaption><span class="caption-text"><p>The band on deck.</p></span> <span class="credit"><em>ORLA VENN, The Courier</em></span> <div><a href="/buy">Buy Now</a></div></figcaption></figure>',
            [("The band on deck.", "ORLA VENN, The Courier")],
        ),
        # a name, then its agency in brackets
        (
            '<figure><img src="/a.jpg"><figcaption><span>La plaza, el martes.</span><span>Lucía Peña (EFE)</span></figcaption></figure>',
            [("La plaza, el martes.", "Lucía Peña (EFE)")],
        ),
        (
            '<figure><img src="/a.jpg"><figcaption>O barco em Salvaterra; a linha volta neste ano - Rui Tavira/Folhamar</figcaption></figure>',
            [("O barco em Salvaterra; a linha volta neste ano", "Rui Tavira/Folhamar")],
        ),
        # each picture of a gallery has its own caption
        (
            '<div class="gallery"><ul><li><img src="/a.jpg"><p>The east bank. Orla Venn / Courier</p></li><li><img src="/b.jpg"><p>The west bank. Orla Venn / Courier</p></li></ul></div>',
            [("The east bank.", "Orla Venn / Courier"), ("The west bank.", "Orla Venn / Courier")],
        ),
        (
            '<div class="carousel"><div class="slide"><img src="/a.jpg"><p>The east bank. (Orla Venn)</p><span>1 of 2 |</span></div><div class="slide"><img src="/b.jpg"><p>The west bank. (Orla Venn)</p><span>2 of 2 |</span></div></div>',
            [("The east bank.", "Orla Venn"), ("The west bank.", "Orla Venn")],
        ),
        # neither an advertisement's picture nor the author's portrait is the article's
        ('<div class="rec"><span>- Advertisement -</span><a href="https://ad.example"><img src="/ad.jpg"></a></div>', []),
        ('<div class="quien"><img src="/a.jpg" alt="Mara Quill Ashdown"><p>Mara Quill Ashdown</p></div>', []),
    ],
)  # fmt: skip
def test_captions_and_credits(markup: str, pairs: list[tuple[str, str]]) -> None:
    assert images(markup, by="By Mara Quill Ashdown") == pairs


def test_a_dash_before_two_names_is_a_credit_in_captions_only() -> None:
    line = "The boats of the estuary - Kielmouth/Sandhaven"
    assert split_credit(line) == (line, "")
    assert split_credit(line, is_caption=True) == ("The boats of the estuary", "Kielmouth/Sandhaven")
