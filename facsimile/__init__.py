"""Typesets a survey report from content that is data: the facsimile of an edition, and other layouts of it."""

from facsimile.content import Content, load
from facsimile.rows import truth
from facsimile.style import Colour, Style
from facsimile.typeset import render

__all__ = ["Colour", "Content", "Style", "load", "render", "truth"]
