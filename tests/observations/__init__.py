"""Tests of the room `observations`."""
