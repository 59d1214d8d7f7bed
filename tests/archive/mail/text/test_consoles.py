"""What the author typed at a prompt is the author's, and what another typed is quoted."""

from __future__ import annotations

import pytest

from tests.archive.mail.text.reading import own

QUOTE = "On 1/2/2003 10:00, Ayu <ayu@example.com> wrote:\n> Which one?"
CONSOLES = {
    "R": "> x <- c(1,2)\n> mean(x)",
    "one call": "> fixef(fm2)",
    "R with output": "> summary(fm)\nCall:\nlm(formula = y ~ x)",
    "pipes": "> df %>% filter(x > 3)\n> library(dplyr)",
    "Python": ">>> import os\n>>> os.getcwd()\n'/home'",
    "Python loop": ">>> for i in range(3):\n...     print(i)\n...\n0\n1",
    "JavaScript": "> const a = [1,2]\n> a.map(x => x*2)",
    "SQL": "> select * from t;\n> drop table t;",
    "Octave": ">> x = [1 2 3]\n>> sum(x)\nans = 6",
    "Ruby": "irb(main):001:0> [1,2].map { |x| x }\n=> [1, 2]",
    "gdb": "(gdb) print x\n$1 = 3",
    "psql": "db=# select 1;\n ?column?\n----------\n        1\n(1 row)",
    "shell": "$ ls -l\ntotal 0",
    "IPython": "In [1]: x = 3\n\nIn [2]: x\nOut[2]: 3",
    "Windows": "C:\\Users\\a> dir\nPS C:\\> Get-Item x",
}


@pytest.mark.parametrize("console", CONSOLES.values(), ids=CONSOLES)
def test_a_console_is_the_authors_in_a_question_and_in_an_answer(console: str) -> None:
    text = f"Do this:\n\n{console}\n\nThat is all."
    assert own(text, is_reply=False) == text
    assert own(text) == text
    assert own(f"{text}\n\n{QUOTE}") == text


@pytest.mark.parametrize("name", ["R with output", "Python", "Octave"])
def test_output_or_depth_tells_a_console_below_an_attribution(name: str) -> None:
    text = f"Do this:\n\n{CONSOLES[name]}\n\nThat is all."
    assert own(f"{QUOTE}\n\n{text}") == text


@pytest.mark.parametrize("name", ["R", "one call", "Python"])
def test_anothers_console_stays_quoted(name: str) -> None:
    marked = "\n".join(f"> {line}" for line in CONSOLES[name].split("\n"))
    assert own(f"{QUOTE}\n> I did\n{marked}\n> and it fails\n\nAdd a title.") == "Add a title."
    assert own(f"> I tried\n{marked}\n> and it fails\n\nUse g.") == "Use g."
    assert own(f"{QUOTE}\n\nUse g.\n\n{CONSOLES['R']}\n\nInstead.") == "Use g.\nInstead."
