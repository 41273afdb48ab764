"""Is this printed text that question or option of the catalogue? Scored suggestions; only near-identity decides.

Similar is not the same: "zeer ontevreden" and "zeer tevreden" share nine letters in ten. A match is therefore certain
only where the texts are equal but for typography and damage (case, quotes, dashes, spaces, footnote marks, letters that
scanners confuse), or where other evidence (the options) stands beside a text that was cut, or that has a sentence
before or after it. Negations, numbers and opposites veto. Two candidates that fit equally well leave the text unmapped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.catalogue.model import Catalogue, Option, Question
from pipeline.catalogue.settings import SETTINGS

Basis = Literal["same", "damaged", "net", "abridged", "options", "partial", "similar", "ambiguous", "vetoed", "nothing"]
"""Why a match is (same … options) or is not (partial … nothing) certain."""
UNCERTAIN = ("partial", "similar", "vetoed")


_NEGATION_WORDS = """
    niet geen nooit zonder niets niks nergens niemand weinig nee neen
    not no never without none nothing cannot dont doesnt didnt wont isnt arent
    ne pas non sans jamais aucun aucune nicht kein keine ohne nie"""
NEGATIONS = frozenset(_NEGATION_WORDS.split())
_NEGATING_PREFIXES = ("niet", "non", "dis", "mis", "on", "in", "im", "ir", "il", "un", "a")
_OPPOSITE_PAIRS = """
    meer/minder meest/minst hoger/lager hoog/laag groter/kleiner beter/slechter stijgen/dalen stijging/daling
    intern/extern interne/externe internen/externen inclusief/exclusief voor/na nu/later ja/neen ja/nee eens/oneens
    positief/negatief positieve/negatieve werkgever/werknemer werkgevers/werknemers man/vrouw mannen/vrouwen
    online/offline formeel/informeel groei/krimp eerste/laatste oud/nieuw voordeel/nadeel aankoop/verkoop
    more/less more/fewer most/least higher/lower increase/decrease better/worse internal/external before/after
    yes/no agree/disagree positive/negative employer/employee male/female men/women include/exclude
    inclusive/exclusive easy/hard always/never past/future micro/macro wel/niet plus/moins oui/non"""
_OPPOSITES = frozenset(frozenset(pair.split("/")) for pair in _OPPOSITE_PAIRS.split())
FILLERS = frozenset(("de", "het", "een", "der", "the", "a", "an", "le", "la", "les", "des", "du", "l"))
"""Articles: the only words that may be missing or added within a certain match."""
_ALIKE = str.maketrans("l1|0", "iiio")
_CONFUSABLE = tuple(map(frozenset, ("il1tj|", "o0ce", "uv", "bh", "s5z", "gq9", "nr", "ft", "ae", "rt")))
_NUMBERED = re.compile(r"^[A-Z]{0,2}\d{1,3}[a-z]?[.:)]\s+(?=\D)")
_PRIMES = dict.fromkeys(map(ord, "'’‘‚‛`´\"“”„‟«»‹›\u00ad\u200b\u200c\u200d\ufeff"))
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_MARKS = re.compile(r"(?<=\S)\s*(?:\*+|[†‡§¹²³⁰⁴-⁹]+)(?=\s|$|[.,:;!?)])|^\s*(?:\*+|[†‡¹²³])\s*")
_GLUED_MARK = re.compile(r"(?<=[^\W\d_]{3})\d{1,2}(?=\s*[.?!…:]*\s*$)")
SIGNS = "<>≤≥+#"
"""Signs that tell labels apart ("C", "C++", "C#"; "< 5", "5+")."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_SENTENCE_END = re.compile(r"[.?!:…]\W*$")
_THOUSANDS = re.compile(r"(?<=\d)[ .,\u00a0\u202f](?=\d{3}(?!\d))")
_TOKEN = re.compile(r"(?<![\w-])-\d+(?:[.,]\d+)?|\d+(?:[.,]\d+)?(?![^\W\d_])|[^\W_]+|(?<=\w)\#|[<>≤≥+%]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id with how well it fits, 0..1."""

    id: str
    score: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Match:
    """What a text was matched to. `id` is None unless the match is certain; `candidates` are sorted, best first."""

    id: str | None
    basis: Basis
    candidates: tuple[Candidate, ...] = ()

    @property
    def certain(self) -> bool:
        return self.id is not None

    @property
    def suggestion(self) -> Candidate | None:
        """The best candidate, for a person to confirm or refuse."""
        return self.candidates[0] if self.candidates else None


@lru_cache(SETTINGS.remembered)
def tokens(text: str) -> tuple[str, ...]:
    """Words, numbers and signs that carry meaning, free of case, accents, quotes, dashes, ellipses, footnote marks."""
    bare = _MARKS.sub("", unicodedata.normalize("NFC", text)).translate(_PRIMES).translate(_DASHES)
    bare = unicodedata.normalize("NFKD", bare).casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = _THOUSANDS.sub("", bare)
    found = (t.replace(",", ".") if t[-1].isdigit() and not t[0].isalpha() else t for t in _TOKEN.findall(bare))
    return tuple(t for t in found if t != "%")


def without_marks(text: str) -> str:
    """A label without its footnote marks ("Rust*")."""
    return _MARKS.sub("", text).strip() or text


@lru_cache(SETTINGS.remembered)
def text_key(text: str) -> str:
    """Equal for texts that are the same but for typography: letters joined, numbers kept apart (`18|24`)."""
    parts = tokens(text)
    return "".join(f"|{t}|" if _is_number(t) or t in SIGNS else t for t in parts).replace("||", "|")


@lru_cache(SETTINGS.remembered)
def printed_key(text: str) -> str:
    """Equal for texts of the same letters, case, accents and signs, which tells options apart."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_text(one: str, other: str) -> bool:
    """Do both say the same words, but for typography, articles and damaged letters?"""
    return text_key(one) == text_key(other) or (not veto(one, other) and _damaged(one, other))


def same_wording(one: str, other: str) -> bool:
    """Are two wordings of one question the same but for damage and a misspelling (a letter too many in a long word)?

    Looser than `same_text`: that both belong to the question is known here, and only a change of words matters.
    """
    if same_text(one, other):
        return True
    a, b = tokens(one), tokens(other)
    return (
        not veto(one, other) and len(a) == len(b) and all(x == y or _misspelt(x, y) for x, y in zip(a, b, strict=True))
    )


def _misspelt(x: str, y: str) -> bool:
    shorter, longer = sorted((len(x), len(y)))
    return shorter >= SETTINGS.misspelt_letters and longer == shorter + 1 and Levenshtein.distance(x, y) == 1


def similarity(one: str, other: str) -> float:
    """0..1: the better of the likeness of the letters in order and of the words in any order."""
    (a, a_sorted), (b, b_sorted) = _joined(one), _joined(other)
    return max(fuzz.ratio(a, b), 0.97 * fuzz.ratio(a_sorted, b_sorted)) / 100


@lru_cache(SETTINGS.remembered)
def _joined(text: str) -> tuple[str, str]:
    """The words of `text` in their order, and in that of the alphabet."""
    words = tokens(text)
    return " ".join(words), " ".join(sorted(words))


@lru_cache(SETTINGS.remembered)
def veto(one: str, other: str) -> str | None:
    """Why the two cannot mean the same however alike they look: other numbers, a negation, opposites. Else None."""
    a, b = tokens(one), tokens(other)
    if sorted(filter(_is_number, a)) != sorted(filter(_is_number, b)):
        return "numbers differ"
    if [t for t in a if t in SIGNS] != [t for t in b if t in SIGNS]:
        return "signs differ"
    only_a, only_b = Counter(a) - Counter(b), Counter(b) - Counter(a)
    if NEGATIONS & (set(only_a) | set(only_b)):
        return "one is negated"
    for x in only_a:
        for y in only_b:
            if _opposite(x, y):
                return f"“{x}” against “{y}”"
    return None


def match_option(label: str, options: Sequence[Option]) -> Match:
    """The option (category or item) of which `label` is a printed form."""
    names = [(option.id, name) for option in options for name in option.names]
    candidates = _candidates(label, names)
    match = _decide(candidates)
    if not match.certain and " + " in label:
        return _match_net(label, options) or match
    return match


def match_question(
    text: str,
    catalogue: Catalogue | Iterable[Question],
    *,
    kind: str | None = None,
    options: Sequence[str] = (),
) -> Match:
    """The question of which `text` is a printed form; option labels, then the kind, decide between equals.

    Without `options` only the text itself can make a match certain.
    """
    questions = list(catalogue.questions if isinstance(catalogue, Catalogue) else catalogue)
    names = [(question.id, wording) for question in questions for wording in question.texts]
    candidates = _candidates(text, names, extended=True)
    if not (candidates and candidates[0].basis == "same"):
        candidates = _candidates(unnumbered(text), [(id_, unnumbered(name)) for id_, name in names], extended=True)
    support = {q.id: option_support(options, q) for q in questions} if options else {}
    candidates = [_with_support(c, support.get(c.id)) for c in candidates]
    by_id = {q.id: q for q in questions}
    return _decide(_preferred(candidates, by_id, support, kind))


def unnumbered(text: str) -> str:
    """A question without its number in the questionnaire, which the next edition may change: "Q12. ", "3) "."""
    return _NUMBERED.sub("", text)


def option_support(labels: Sequence[str], question: Question) -> float:
    """Share of the printed labels that the question knows for certain as category or item, 0..1."""
    known = {text_key(name) for option in (*question.categories, *question.items) for name in option.names}
    distinct = {text_key(label) for label in labels}
    return len(distinct & known) / len(distinct) if distinct else 0.0


def _is_number(token: str) -> bool:
    return token[-1].isdigit() and (token[0].isdigit() or token[0] == "-")


@lru_cache(SETTINGS.remembered)  # every label is compared with every option, and the words are few
def _opposite(x: str, y: str) -> bool:
    if frozenset((x, y)) in _OPPOSITES:
        return True
    shorter, longer = sorted((x, y), key=len)
    return len(shorter) >= 3 and any(longer == prefix + shorter for prefix in _NEGATING_PREFIXES)


@lru_cache(SETTINGS.remembered)
def _damaged(one: str, other: str) -> bool:
    """Equal word for word, but for articles, confusable letters, and in long words a doubled letter or an ending."""
    (a, a_folded), (b, b_folded) = _without_fillers(one), _without_fillers(other)
    if a and a_folded == b_folded:
        return True
    return bool(a) and len(a) == len(b) and all(map(_same_word, a, b))


@lru_cache(SETTINGS.remembered)
def _without_fillers(text: str) -> tuple[tuple[str, ...], str]:
    """The words of `text` but for articles, and their letters with those alike exchanged for one."""
    words = tuple(t for t in tokens(text) if t not in FILLERS)
    return words, _folded("".join(words))


def _folded(letters: str) -> str:
    return letters.replace("rn", "m").replace("cl", "d").translate(_ALIKE)


def _same_word(x: str, y: str) -> bool:
    if x == y or _folded(x) == _folded(y):
        return True
    if _is_number(x) or _is_number(y) or _opposite(x, y) or x[0] != y[0] or min(len(x), len(y)) < 6:
        return False
    if Levenshtein.distance(x, y) != 1:
        return False
    at = next((i for i, (c, d) in enumerate(zip(x, y, strict=False)) if c != d), min(len(x), len(y)))
    if len(x) == len(y):
        return any({x[at], y[at]} <= letters for letters in _CONFUSABLE)
    longer = max(x, y, key=len)
    return longer[at] == longer[at - 1] or (at == len(longer) - 1 and longer[at] in "sen")


def _candidates(text: str, names: Iterable[tuple[str, str]], extended: bool = False) -> list[Candidate]:
    """Every id once, with the best of its names, best first."""
    best: dict[str, Candidate] = {}
    names = list(names)
    for key in (printed_key, text_key):
        same = {id_ for id_, name in names if key(name) == key(text)}
        if len(same) == 1 and key(text):
            return [Candidate(same.pop(), 1.0, "same")]
    for id_, name in names:
        candidate = _compare(text, id_, name, extended)
        if candidate.score >= SETTINGS.worth_suggesting and (id_ not in best or candidate.score > best[id_].score):
            best[id_] = candidate
    return sorted(best.values(), key=lambda c: (-c.score, c.id))


@lru_cache(SETTINGS.remembered)
def _compare(text: str, id_: str, name: str, extended: bool) -> Candidate:
    if text_key(text) == text_key(name):
        return Candidate(id_, 1.0 if text_key(text) else 0.0, "same")
    unmarked = _without_mark(text)
    if unmarked != text and text_key(unmarked) == text_key(name):
        return Candidate(id_, 0.99, "damaged")
    if _without_brackets(text, name):
        return Candidate(id_, 0.97, "abridged")
    likeness = similarity(text, name)
    if likeness < SETTINGS.worth_suggesting and not extended and not _damaged(text, name):
        return Candidate(id_, likeness, "similar")  # most pairs end here, and nobody asks why
    if veto(text, name):
        return Candidate(id_, min(likeness, 0.9) * 0.9, "vetoed")
    if _damaged(text, name):
        return Candidate(id_, 0.98, "damaged")
    if extended and (_contained(text, name) or same_wording(text, name)):
        return Candidate(id_, max(likeness, 0.85), "partial")
    return Candidate(id_, min(likeness, 0.95), "similar")


@lru_cache(SETTINGS.remembered)
def _without_mark(text: str) -> str:
    return _GLUED_MARK.sub("", text)


def _without_brackets(text: str, name: str) -> bool:
    """One lacks only the abbreviation in brackets that the other adds ("(LMS)"). Other words in brackets tell options
    apart: "1.75 (beta)" is not "1.75"."""
    longer, shorter = (text, name) if "(" in text else (name, text)
    if "(" not in longer or "(" in shorter:
        return False
    bare = _BRACKETS.sub("", longer)
    added = [tokens(part) for part in _BRACKETS.findall(longer)]
    return all(_abbreviates(part, tokens(bare)) for part in added) and text_key(bare) == text_key(shorter) != ""


def _abbreviates(abbreviation: Sequence[str], words: Sequence[str]) -> bool:
    """Is it one word of the initials of `words`, in their order (with an s for the plural)?"""
    if len(abbreviation) != 1 or len(abbreviation[0]) < 2:
        return False
    initials = iter(word[0] for word in words)
    return all(letter in initials for letter in abbreviation[0].removesuffix("s"))


def _contained(text: str, name: str) -> bool:
    """Is one text cut out of the other? The printed one may have whole sentences before or after it (a title, a
    subtitle), or be broken off; a whole sentence inside another sentence is another question."""
    shorter, longer = sorted((text, name), key=lambda t: len(tokens(t)))
    words, whole = _tokens_by_word(shorter), _tokens_by_word(longer)
    n = sum(len(t) for _, t in words)
    if n < SETTINGS.contained_words:
        return False
    inner = [token for _, tokens_ in words for token in tokens_]
    flat = [(token, i) for i, (_, tokens_) in enumerate(whole) for token in tokens_]
    for start in range(len(flat) - n + 1):
        if [token for token, _ in flat[start : start + n]] != inner:
            continue
        first, last = flat[start][1], flat[start + n - 1][1]
        begins = _begins_sentence(whole, first) or (shorter == text and shorter[:1].islower())
        ends = _begins_sentence(whole, last + 1) or (shorter == text and not _SENTENCE_END.search(shorter))
        if begins and ends:
            return True
    return False


@lru_cache(SETTINGS.remembered)
def _tokens_by_word(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, tokens(word)) for word in text.split())


def _begins_sentence(words: Sequence[tuple[str, tuple[str, ...]]], at: int) -> bool:
    """Does a sentence, a bracket or a new line of a title begin with that word?"""
    if at in (0, len(words)):
        return True
    return bool(_SENTENCE_END.search(words[at - 1][0])) or words[at][0][:1].isupper() or words[at][0][:1] == "("


def _with_support(candidate: Candidate, support: float | None) -> Candidate:
    """A text cut or extended (a title above it, a subtitle below it) counts where its options are known."""
    if support is None or candidate.basis not in ("partial", "similar"):
        return candidate
    if candidate.basis == "partial" and support >= SETTINGS.option_support:
        return Candidate(candidate.id, 0.96, "options")
    return Candidate(candidate.id, 0.7 * candidate.score + 0.25 * support, candidate.basis)


def _preferred(
    candidates: list[Candidate], questions: dict[str, Question], support: dict[str, float], kind: str | None
) -> list[Candidate]:
    """Between questions with the same wording: options, then the kind speak."""

    def rank(candidate: Candidate) -> tuple[float, ...]:
        fits_kind = kind in (None, "unknown", questions[candidate.id].kind)
        return (support.get(candidate.id, 0.0), float(fits_kind))

    top = [c for c in candidates if c.basis not in UNCERTAIN and c.score == candidates[0].score]
    if len(top) < 2:
        return candidates
    ranked = sorted(top, key=rank, reverse=True)
    if rank(ranked[0]) == rank(ranked[1]):
        return candidates
    rest = [c for c in candidates if c is not ranked[0]]
    return [ranked[0], *(Candidate(c.id, min(c.score, 0.9), "similar") for c in rest)]


def _decide(candidates: list[Candidate]) -> Match:
    if not candidates:
        return Match(None, "nothing")
    first = candidates[0]
    if first.basis in UNCERTAIN:
        return Match(None, first.basis, tuple(candidates))
    rivals = [c for c in candidates[1:] if c.score == first.score and c.basis not in UNCERTAIN]
    if rivals:
        return Match(None, "ambiguous", tuple(candidates))
    return Match(first.id, first.basis, tuple(candidates))


def _match_net(label: str, options: Sequence[Option]) -> Match | None:
    """A merged cell's label names its parts: the net whose parts they are."""
    parts = [match_option(part, [o for o in options if not o.of]) for part in label.split(" + ")]
    ids = {part.id for part in parts}
    if None in ids:
        return None
    nets = [option.id for option in options if option.of and set(option.of) == ids]
    return Match(nets[0], "net", (Candidate(nets[0], 1.0, "net"),)) if len(nets) == 1 else None
