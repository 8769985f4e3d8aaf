"""What stays of contact details for those who may not read them: enough to tell two apart, not to use them."""

HIDDEN = "•••"


def mask_email(email: str) -> str:
    """``s•••@example.com``."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{host}" if at else mask_phone(email)


def mask_phone(phone: str) -> str:
    """``•••42``: the last two characters, where enough others are hidden."""
    return f"{HIDDEN}{phone[-2:] if len(phone) > 4 else ''}" if phone else ""
