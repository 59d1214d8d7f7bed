"""``pakar-2``: a linear ranker of answerers that an archive trains on its own past."""
