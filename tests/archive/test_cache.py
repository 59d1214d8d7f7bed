"""The bounded cache: what it keeps, what it drops, and that it is safe to share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from archive.cache import BoundedCache


def test_what_was_used_least_recently_is_dropped() -> None:
    cache = BoundedCache[str, int](2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)

    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_sizes_count_where_they_are_told() -> None:
    cache = BoundedCache[str, str](5, len)
    cache.put("a", "xxx")
    cache.put("b", "xx")
    cache.put("c", "x")

    assert [cache.get(key) for key in "abc"] == [None, "xx", "x"]


def test_a_value_above_the_limit_is_not_kept_and_nor_is_the_one_it_replaces() -> None:
    cache = BoundedCache[str, str](5, len)
    cache.put("a", "xxx")
    cache.put("b", "xx")
    cache.put("a", "x" * 6)

    assert [cache.get(key) for key in "ab"] == [None, "xx"]


def test_a_value_is_made_once_and_an_empty_one_too() -> None:
    cache, made = BoundedCache[str, tuple[int, ...]](2), []

    def make() -> tuple[int, ...]:
        made.append("a")
        return ()

    assert cache.get_or_make("a", make) == cache.get_or_make("a", make) == ()
    assert made == ["a"]


def test_threads_share_it() -> None:
    cache = BoundedCache[int, int](10)

    def use(number: int) -> bool:
        return cache.get_or_make(number % 20, lambda: number % 20) == number % 20

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(5_000)))
