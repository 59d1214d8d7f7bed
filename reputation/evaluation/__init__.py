"""How good the rankings are, on the archive itself and against judgements."""
