"""The numbers of a document's outline: headings that count on from one another over its pages ("2", "2.1", "2.2", "3").
They are no data, and no label, however much they look like a column of values beside their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipeline.layout.blocks import Block

FEWEST = 3
"""Headings that count on from one another, at least: two numbers do so by chance."""
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?")


def outline_numbers(blocks: Iterable[Block]) -> Mapping[int, frozenset[int]]:
    """Page → `order` of the words that number its headings. `blocks` are those of all pages in reading order."""
    chains: list[list[tuple[tuple[int, ...], Block]]] = []
    for block in blocks:
        number = _number(block)
        if number is None:
            continue
        chain = next((chain for chain in reversed(chains) if _counts_on(chain[-1][0], number)), None)
        if chain is None:
            chains.append([(number, block)])
        else:
            chain.append((number, block))
    found: dict[int, set[int]] = defaultdict(set)
    for chain in chains:
        if len(chain) >= FEWEST and len({block.page for _, block in chain}) > 1:
            for _, block in chain:
                found[block.page].add(block.lines[0].words[0].order)
    return {page: frozenset(orders) for page, orders in found.items()}


def _number(block: Block) -> tuple[int, ...] | None:
    """The number that opens the heading, part by part; None for other blocks and for headings without letters."""
    first, *rest = block.text.split() or [""]
    match = _NUMBER.fullmatch(first)
    if block.kind != "heading" or match is None or not any(any(map(str.isalpha, word)) for word in rest):
        return None
    alone = block.lines[0].words[0].text == first
    return tuple(map(int, match[1].split("."))) if alone else None


def _counts_on(before: tuple[int, ...], number: tuple[int, ...]) -> bool:
    """Is it the next number at the same level, or at one above it, or the first below?"""
    level = len(number) - 1
    if len(number) > len(before):
        return number == (*before, 1)
    return number[:level] == before[:level] and number[level] == before[level] + 1
