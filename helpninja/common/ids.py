"""Public ids: a prefix that names the kind and 100 random bits, so that no sequence number leaves the system."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def public_id(prefix: str) -> str:
    """A new id such as ``esc_7k3m...``: the prefix and 20 characters of Crockford base 32 (100 bits)."""
    bits = secrets.randbits(100)
    return f"{prefix}_" + "".join(ALPHABET[(bits >> shift) & 31] for shift in range(0, 100, 5))
