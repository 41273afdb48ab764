"""Tests of the room `exhibits`."""
