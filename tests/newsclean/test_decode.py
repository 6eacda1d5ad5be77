from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.decode import decode

GERMAN = "<p>Die Brücke müsse in diesem Jahr schließen – „es gibt keinen anderen Weg“, Schäden drohten.</p>"
FRENCH = "<p>Le maire a déclaré que le pont devait être fermé dès cette année, malgré les élus.</p>"
POLISH = "<p>Zażółć gęślą jaźń. Rząd przedstawił w środę plan, który ma pomóc małym firmom.</p>"
RUSSIAN = (
    "<p>Правительство представило в среду новый план, который поможет малым предприятиям пережить зиму.</p>"
)
GREEK = "<p>Η κυβέρνηση παρουσίασε την Τετάρτη ένα νέο σχέδιο για τις μικρές επιχειρήσεις</p>"
TURKISH = (
    "<p>Hükümet çarşamba günü küçük işletmelerin kışı atlatmasına yardımcı olacak yeni bir plan sundu.</p>"
)
HEBREW = "<p>הממשלה הציגה ביום רביעי תוכנית חדשה שתסייע לעסקים קטנים לשרוד את החורף</p>"
ARABIC = "<p>قدمت الحكومة يوم الأربعاء خطة جديدة لمساعدة الشركات الصغيرة على البقاء</p>"
THAI = "<p>รัฐบาลเปิดเผยแผนใหม่เมื่อวันพุธเพื่อช่วยธุรกิจขนาดเล็ก</p>"
JAPANESE = "<p>政府は水曜日、中小企業が冬を越すのを支援する新しい計画を発表した。</p>"
CHINESE = "<p>政府周三公布了一项新计划，帮助小企业度过冬天。</p>"
TAIWANESE = "<p>政府週三公布了一項新計畫，幫助小企業度過冬天。</p>"
KOREAN = "<p>정부는 수요일 중소기업이 겨울을 나도록 돕는 새 계획을 발표했다.</p>"

UTF8 = "text/html; charset=utf-8"


def meta(charset: str) -> str:
    return f'<html><head><meta charset="{charset}"></head><body>'


CASES = {
    # byte order marks win over everything
    "utf-8-mark": (b"\xef\xbb\xbf" + FRENCH.encode(), "text/html; charset=iso-8859-1", FRENCH),
    "utf-16le-mark": (b"\xff\xfe" + FRENCH.encode("utf-16-le"), UTF8, FRENCH),
    "utf-16be-mark": (b"\xfe\xff" + FRENCH.encode("utf-16-be"), "", FRENCH),
    "utf-16le-without-mark": (FRENCH.encode("utf-16-le"), "", FRENCH),
    "utf-16be-without-mark": (FRENCH.encode("utf-16-be"), UTF8, FRENCH),
    # Content-Type
    "http-iso-8859-1-means-windows-1252": (GERMAN.encode("cp1252"), "text/html; charset=ISO-8859-1", GERMAN),
    "http-quoted": (RUSSIAN.encode("cp1251"), 'text/html; charset="windows-1251"', RUSSIAN),
    "http-web-label-python-does-not-know": (RUSSIAN.encode("cp1251"), "text/html;charset=x-cp1251", RUSSIAN),
    "http-koi8-r": (RUSSIAN.encode("koi8-r"), "text/html; charset=KOI8-R", RUSSIAN),
    "http-gb2312-means-gb18030": (
        "<p>朱镕基去了深圳</p>".encode("gb18030"),
        "text/html; charset=gb2312",
        "<p>朱镕基去了深圳</p>",
    ),
    "http-shift-jis-with-vendor-characters": (
        "<p>①髙橋さん</p>".encode("cp932"),
        "text/html; charset=Shift_JIS",
        "<p>①髙橋さん</p>",
    ),
    "http-euc-kr-means-windows-949": (
        "<p>뷁 똠방각하</p>".encode("cp949"),
        "text/html; charset=euc-kr",
        "<p>뷁 똠방각하</p>",
    ),
    "http-wins-over-meta": (
        (meta("windows-1252") + RUSSIAN).encode("cp1251"),
        "text/html; charset=windows-1251",
        meta("windows-1252") + RUSSIAN,
    ),
    "http-unknown-falls-to-meta": (
        (meta("windows-1251") + RUSSIAN).encode("cp1251"),
        "text/html; charset=bogus",
        meta("windows-1251") + RUSSIAN,
    ),
    # meta
    "meta-charset": (
        (meta("iso-8859-2") + POLISH).encode("iso8859-2"),
        "text/html",
        meta("iso-8859-2") + POLISH,
    ),
    "meta-http-equiv": (
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1253">' + GREEK).encode(
            "cp1253"
        ),
        "",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1253">' + GREEK,
    ),
    "xml-declaration": (
        ('<?xml version="1.0" encoding="windows-1254"?>' + TURKISH).encode("cp1254"),
        "",
        '<?xml version="1.0" encoding="windows-1254"?>' + TURKISH,
    ),
    "meta-in-a-comment-does-not-count": (
        ("<!-- <meta charset=koi8-r> -->" + meta("windows-1251") + RUSSIAN).encode("cp1251"),
        "",
        "<!-- <meta charset=koi8-r> -->" + meta("windows-1251") + RUSSIAN,
    ),
    "meta-says-utf-16": ((meta("utf-16") + FRENCH).encode(), "", meta("utf-16") + FRENCH),
    "iso-2022-jp": (
        (meta("iso-2022-jp") + JAPANESE).encode("iso2022_jp"),
        "",
        meta("iso-2022-jp") + JAPANESE,
    ),
    # detection
    "detected-windows-1250": (POLISH.encode("cp1250"), "", POLISH),
    "detected-windows-1251": (RUSSIAN.encode("cp1251"), "", RUSSIAN),
    "detected-windows-1255": (HEBREW.encode("cp1255"), "", HEBREW),
    "detected-windows-1256": (ARABIC.encode("cp1256"), "", ARABIC),
    "detected-windows-874": (THAI.encode("cp874"), "", THAI),
    "detected-shift-jis": (JAPANESE.encode("cp932"), "", JAPANESE),
    "detected-euc-jp": (JAPANESE.encode("euc-jp"), "", JAPANESE),
    "detected-gb18030": (CHINESE.encode("gb18030"), "", CHINESE),
    "detected-big5": (TAIWANESE.encode("big5"), "", TAIWANESE),
    "detected-euc-kr": (KOREAN.encode("euc-kr"), "", KOREAN),
    "too-little-to-detect": (b"<p>It\x92s the caf\xe9</p>", "", "<p>It’s the café</p>"),
    # lies
    "declared-shift-jis-is-utf-8": (
        (meta("shift_jis") + GERMAN).encode(),
        "text/html; charset=Shift_JIS",
        meta("shift_jis") + GERMAN,
    ),
    "declared-latin-1-is-utf-8": (GERMAN.encode(), "text/html; charset=ISO-8859-1", GERMAN),
    "declared-utf-8-is-windows-1252": (
        (meta("utf-8") + GERMAN).encode("cp1252"),
        UTF8,
        meta("utf-8") + GERMAN,
    ),
    "declared-utf-8-is-shift-jis": (JAPANESE.encode("cp932"), UTF8, JAPANESE),
    "declared-big5-is-windows-1251": (RUSSIAN.encode("cp1251"), "text/html; charset=big5", RUSSIAN),
    "declared-utf-7-is-ascii": (
        b"<p>+ADw-script+AD4-</p>",
        "text/html; charset=utf-7",
        "<p>+ADw-script+AD4-</p>",
    ),
    "declared-rot13-is-ascii": (b"<p>plain</p>", "text/html; charset=rot13", "<p>plain</p>"),
    # damage
    "one-bad-byte-in-declared-utf-8": (b"<p>caf\xc3\xa9 \xff ok</p>", UTF8, "<p>café \ufffd ok</p>"),
    "one-bad-byte-in-declared-utf-8-without-others": (
        b"<p>plain \xff ok</p>",
        UTF8,
        "<p>plain \ufffd ok</p>",
    ),
    "one-bad-byte-undeclared": (KOREAN.encode() + b"\xff" + KOREAN.encode(), "", f"{KOREAN}\ufffd{KOREAN}"),
    "one-bad-byte-and-a-lie": (KOREAN.encode() + b"\xff", "text/html; charset=iso-8859-1", f"{KOREAN}\ufffd"),
    "cut-in-a-character": (FRENCH.encode()[:-5] + b"\xc3", UTF8, FRENCH[:-5] + "\ufffd"),
    "own-replacement-characters": ("<p>\ufffd\ufffd\ufffd é</p>".encode(), "", "<p>\ufffd\ufffd\ufffd é</p>"),
    "nul-bytes": (b"<p>Pre\0sident\0</p>", "", "<p>President</p>"),
    "empty": (b"", "", ""),
    # text
    "text": (GERMAN, "text/html; charset=shift_jis", GERMAN),
    "text-with-mark": ("\ufeff" + GERMAN, "", GERMAN),
    "text-with-nul": ("<p>Pre\0sident</p>", "", "<p>President</p>"),
    "text-with-lone-surrogates": ("<p>a\ud800b\udfffc</p>", "", "<p>a\ufffdb\ufffdc</p>"),
    "text-with-a-pair-of-surrogates": ("<p>\ud83d\ude00</p>", "", "<p>😀</p>"),
    "text-with-carriage-returns": ("<p>a\r\nb</p>", "", "<p>a\r\nb</p>"),
}


@pytest.mark.parametrize("name", CASES)
def test_decodes(name: str) -> None:
    html, content_type, expected = CASES[name]
    assert decode(html, content_type) == expected


def test_a_bad_byte_anywhere_costs_one_character() -> None:
    whole = (meta("utf-8") + RUSSIAN * 20).encode()
    for position in range(0, len(whole), 97):
        while whole[position] & 0xC0 == 0x80:  # between characters, so that the neighbours stay whole
            position += 1  # noqa: PLW2901 - moves on to the next character's start
        decoded = decode(whole[:position] + b"\xff" + whole[position:])
        assert decoded.replace("\ufffd", "") == whole.decode()
        assert decoded.count("\ufffd") == 1


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_text_passes_and_its_utf8_gives_the_same(text: str) -> None:
    assert decode(text) == text
    # a byte order mark keeps short texts from being taken for UTF-16
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text


@given(
    st.binary(max_size=300),
    st.sampled_from(["", UTF8, "text/html; charset=gbk", "charset=", "charset=utf-16", "\0charset=;"]),
)
def test_never_fails_and_always_can_be_encoded(data: bytes, content_type: str) -> None:
    text = decode(data, content_type)
    text.encode()
    assert "\0" not in text
