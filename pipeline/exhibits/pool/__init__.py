"""One pool for all exhibits of a document: what explains how much, and the choice that uses no number twice."""
