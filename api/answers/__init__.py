"""What is answered, one file an answer, for whoever may see it.

Plain functions ``(context, …) -> schema``: the HTTP routes, the pages and the
commands' ``--json`` all call them. ``reader`` says for whom the answer is
made; without it, for anyone.
"""
