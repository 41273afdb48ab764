"""Tables, charts, tiles and pictures: proposed, read, scored and chosen."""
