"""The one table of colours, sizes and fonts; everything drawn takes its look from here.

Text colours keep at least 4.5:1 against every background they stand on (a test measures it).
"""

from __future__ import annotations

from dataclasses import dataclass

from pingtree_desktop.domain.verdict import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one theme, as `#rrggbb`."""

    name: str
    window: str
    rail: str
    surface: str
    code: str
    border: str
    border_strong: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    hover: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    neutral: str
    neutral_soft: str
    json_key: str
    json_string: str
    json_number: str
    json_word: str

    def tone(self, tone: Tone) -> tuple[str, str]:
        """The text and background colours of a verdict's tone."""
        match tone:
            case Tone.GOOD:
                return self.good, self.good_soft
            case Tone.REFUSED:
                return self.warn, self.warn_soft
            case Tone.FAILED:
                return self.bad, self.bad_soft
            case Tone.NEUTRAL:
                return self.neutral, self.neutral_soft


LIGHT = Tokens(
    name="light",
    window="#f4f5f8",
    rail="#eceef3",
    surface="#ffffff",
    code="#f7f8fb",
    border="#dde1e8",
    border_strong="#c3c9d4",
    text="#131a26",
    muted="#565f6e",
    faint="#5e6776",
    accent="#1f59dc",
    accent_hover="#1b4fc9",
    on_accent="#ffffff",
    accent_soft="#e2eafd",
    hover="#e6e9ef",
    good="#12703a",
    good_soft="#dcf4e4",
    warn="#9a4a06",
    warn_soft="#fdeed4",
    bad="#b3191c",
    bad_soft="#fde5e5",
    neutral="#454d5b",
    neutral_soft="#e6e9ee",
    json_key="#6d28d9",
    json_string="#0b6e63",
    json_number="#a8480a",
    json_word="#1d4ed8",
)

DARK = Tokens(
    name="dark",
    window="#13161c",
    rail="#171b22",
    surface="#1b2029",
    code="#151920",
    border="#2c323d",
    border_strong="#414957",
    text="#e7e9ee",
    muted="#a3acba",
    faint="#98a1b0",
    accent="#7aa5ff",
    accent_hover="#94b7ff",
    on_accent="#0b1630",
    accent_soft="#1e2d4d",
    hover="#252b36",
    good="#52d489",
    good_soft="#12321f",
    warn="#f7b955",
    warn_soft="#38280d",
    bad="#ff8a84",
    bad_soft="#401b1d",
    neutral="#bcc3cf",
    neutral_soft="#2a303b",
    json_key="#bea2ff",
    json_string="#5fd9c5",
    json_number="#f7b955",
    json_word="#8fb4ff",
)

MARKS = {
    "light": {
        "red": "#d9483b", "orange": "#d9822b", "yellow": "#c9a200", "green": "#2f9e55",
        "blue": "#3b74d9", "purple": "#8a5bd6",
    },
    "dark": {
        "red": "#ff8278", "orange": "#ffb061", "yellow": "#f0d060", "green": "#6fd38d",
        "blue": "#8ab4ff", "purple": "#c4a4ff",
    },
}  # fmt: skip
"""What a person's own colours of profiles look like in a theme; they carry no meaning of ours."""
