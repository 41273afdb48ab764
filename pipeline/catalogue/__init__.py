"""The study's own data: its model, matching printed words to it, and the signed decisions of its stewards."""
