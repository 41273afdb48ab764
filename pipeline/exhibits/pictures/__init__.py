"""Exhibits that are bitmaps, and scanned pages: pixels to the same plain data as printed pages.

Steps of a picture: `text_detection` finds lines, `word_clouds` tells at a glance what is no chart · `lettering` reads
the lines (`ocr` runs `networks`) · `bitmap_marks` finds the solid regions · `bitmap_reader` puts both on the page ·
the chart reader reads the result · `ocr_agreement` weighs its numbers. `recognition` does all but the last two in other
processes.
"""
