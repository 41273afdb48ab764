"""Each page as plain data: glyphs, words, paths and images in drawing order."""
