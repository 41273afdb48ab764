"""The observations of all editions in one longitudinal table, with vintages, revisions and breaks."""
