"""``pakar serve``: the doors, HTTP and the worker put together."""
