"""Public ids: a prefix that names the kind and 100 random bits, so that no sequence number leaves the system."""

import secrets

ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 20
# Each of its characters stands for as many bytes.
_CHARACTER_OF = ALPHABET * (256 // len(ALPHABET))


def public_id(prefix: str) -> str:
    """A new id such as ``esc_7k3m...``: the prefix and 20 characters of Crockford base 32 (100 bits)."""
    return f"{prefix}_{secrets.token_bytes(LENGTH).translate(_CHARACTER_OF).decode()}"
