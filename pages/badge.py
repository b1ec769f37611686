"""Badge: a small picture that says who mentors where, drawn here; no font and no address of anybody else in it."""

import unicodedata

from markupsafe import Markup

LONGEST = 40  # characters of each half
_HEIGHT, _PAD, _LAMP = 28, 10, 22  # pixels
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ' role="img" aria-label="{left}: {right}"><title>{left}: {right}</title>'
    '<rect width="{width}" height="{height}" rx="6" fill="#8a5a00"/>'
    '<path d="M0 6a6 6 0 0 1 6-6h{straight}v{height}H6a6 6 0 0 1-6-6z" fill="#24211c"/>'
    '<circle cx="15" cy="12" r="8" fill="#f5b83d" opacity=".3"/>'
    '<path d="M11.5 9h7l-1.4 6h-4.2z" fill="#f5b83d"/><path d="M15 15v7M12 23h6" stroke="#f5b83d" stroke-width="1.6"/>'
    '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="12" fill="#ffffff">'
    '<text x="{left_x}" y="18.5" textLength="{left_length}" lengthAdjust="spacingAndGlyphs">{left}</text>'
    '<text x="{right_x}" y="18.5" textLength="{right_length}" lengthAdjust="spacingAndGlyphs">{right}</text>'
    "</g></svg>\n"
)


def draw(left: str, right: str) -> str:
    """An SVG with two words of plain text, 28 pixels high."""
    left, right = _short(left), _short(right)
    left_length, right_length = _length(left), _length(right)
    split = _PAD + _LAMP + left_length + _PAD
    return _SVG.format(
        left=left,
        right=right,
        height=_HEIGHT,
        width=split + _PAD + right_length + _PAD,
        straight=split - 6,
        left_x=_PAD + _LAMP,
        left_length=left_length,
        right_x=split + _PAD,
        right_length=right_length,
    )


def _short(text: str) -> str:
    """Without what XML has no place for, such as half a surrogate pair or a bell."""
    text = " ".join("".join(one if unicodedata.category(one)[0] != "C" else " " for one in text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _length(text: str) -> int:
    """About how wide a text is, in pixels; whoever draws it fits it into that."""
    marks = sum(unicodedata.combining(one) > 0 for one in text)
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return max(7, 7 * (len(text) - marks) + 6 * wide)
