"""Which list manager runs a list, from the header fields of its posts and notices."""

from __future__ import annotations

import re

from archive.mail.headers import Headers

_GOOGLE = re.compile(r"@googlegroups\.com|groups\.google\.com", re.IGNORECASE)
_GROUPS_IO = re.compile(r"@(?:[a-z0-9-]+\.)?groups\.io|//groups\.io", re.IGNORECASE)
_MLMMJ = re.compile(r"\+(?:un)?subscribe@|\+bounces-\d", re.IGNORECASE)
_SYMPA = re.compile(r"mailto:sympa@", re.IGNORECASE)
_LISTSERV = re.compile(r"-(?:signoff|subscribe)-request@", re.IGNORECASE)
_MAJORDOMO = re.compile(r"mailto:majordomo@", re.IGNORECASE)
_MAILMAN_3 = re.compile(r"-(?:join|leave)@", re.IGNORECASE)
_MAILMAN_2 = re.compile(r"-request@\S+\?subject=(?:un)?subscribe|/listinfo/", re.IGNORECASE)

_FIELDS = ("list-subscribe", "list-unsubscribe", "list-help", "list-owner", "list-post")


def detect_manager(headers: Headers) -> str | None:
    """The name of the list manager that sent a post or a notice, or None where nothing tells."""
    mailing_list = headers.raw("mailing-list").lower()
    if "run by ezmlm" in mailing_list:
        return "ezmlm"
    fields = " ".join(headers.raw(name)[:2_000] for name in _FIELDS if name in headers)
    fields = f"{fields} {mailing_list[:500]}"
    if _GOOGLE.search(fields) or "x-google-group-id" in headers:
        return "googlegroups"
    if _GROUPS_IO.search(fields):
        return "groupsio"
    version = headers.raw("x-mailman-version").strip()
    if version[:1] in ("2", "3"):
        return f"mailman{version[0]}"
    return _by_commands(headers, fields)


def _by_commands(headers: Headers, fields: str) -> str | None:
    """By the addresses that List-Subscribe and its like give."""
    if _SYMPA.search(fields) or "x-sympa-to" in headers:
        return "sympa"
    if _MAJORDOMO.search(fields) or "x-majordomo-version" in headers:
        return "majordomo"
    if _LISTSERV.search(fields) or "x-listserv-version" in headers:
        return "listserv"
    if _MLMMJ.search(fields) or "-mlmmj-" in headers.raw("message-id"):
        return "mlmmj"
    if _MAILMAN_2.search(fields) or "x-beenthere" in headers:
        return "mailman2"
    return "mailman3" if _MAILMAN_3.search(fields) else None


def manager_by_host(list_address: str) -> str | None:
    """The manager of the hosts that run only one."""
    host = list_address.rpartition("@")[2].lower()
    if host == "googlegroups.com":
        return "googlegroups"
    return "groupsio" if host == "groups.io" or host.endswith(".groups.io") else None
