"""Merging over editions, and publishing."""
