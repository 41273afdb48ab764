"""Which texts ask, and so name what an exhibit measures."""

from __future__ import annotations

import pytest

from pipeline.exhibits.question_score import asks, claims


@pytest.mark.parametrize(
    "text",
    [
        "How do you travel to work?",
        "Where do you live? In percent",
    ],
)
def test_questions_ask(text: str) -> None:
    assert asks(text) and not claims(text)


@pytest.mark.parametrize("text", ["58% of workers say they are satisfied", "Pay is what 1 % of all feel worst about"])
def test_a_sentence_that_tells_a_percentage_claims(text: str) -> None:
    assert claims(text) and not asks(text)


@pytest.mark.parametrize(
    "text", ["% of respondents", "% of adults who say they are content", "Among those who work, % who say so"]
)
def test_what_says_whose_share_is_shown_neither_asks_nor_claims(text: str) -> None:
    assert not asks(text) and not claims(text)
