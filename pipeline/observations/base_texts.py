"""The number of respondents in a text: "n=304", "Base: 834 répondants", "Basis: n = 699"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.core.language import exhibit_words

_NUMBER = r"(?P<n>\d{1,3}(?:[ .,\u00a0\u202f\u2009’']\d{3})+(?!\d)|\d+)(?![\d%]|[.,]\d| ?%)"
_WORDS = "|".join(re.escape(word) for word in exhibit_words("base"))
_BASE = re.compile(rf"(?<!\w)(?:{_WORDS})\s*[=:]\s*(?:n\s*[=:]\s*)?{_NUMBER}", re.IGNORECASE)
"""A word for the respondents and, after "=" or ":", their number."""
_ENDING = re.compile(rf"[\s,;–-]*[(\[]?{_BASE.pattern}[)\]]?\s*$", re.IGNORECASE)


def base_in(texts: Iterable[str]) -> int | None:
    """The one number of respondents that the texts tell; None when there is none or more than one."""
    found = {re.sub(r"\D", "", match["n"]) for text in texts for match in _BASE.finditer(text)}
    return int(found.pop()) if len(found) == 1 else None


def without_base(label: str) -> str:
    """The label without the base that ends it: "Micro (n=304)" names the group "Micro". A base alone stays."""
    return _ENDING.sub("", label).strip() or label
