"""Links to a carrier's tracking page. The pattern is the seller's, the number came in a file from outside."""

from __future__ import annotations

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def tracking_link(pattern: str, number: str) -> str:
    """The link with the number percent-encoded; empty without a number or a pattern that is an https address.

    Escaping HTML does not stop `javascript:`, so anything but https is no link.
    """
    number = number.strip()
    if not number or not pattern.startswith("https://") or "{number}" not in pattern:
        return ""
    octets = number.encode("utf-8", "surrogatepass")
    return pattern.replace("{number}", "".join(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}" for octet in octets))
