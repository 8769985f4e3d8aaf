"""What stays of contact details for those who may not read them: enough to tell two apart, not to use them."""

import re

HIDDEN = "•••"
_EMAIL_NAME = r"[\w.+-]+(?=@[\w-]+\.)"
# All but the last two of at least seven digits.
_BETWEEN = r"[ ()/.-]{0,2}"
_PHONE = rf"(?<![\w.])\+?\d(?:{_BETWEEN}\d){{4,}}(?=(?:{_BETWEEN}\d){{2}}(?!\d))"
_IN_TEXTS = re.compile(rf"{_EMAIL_NAME}|{_PHONE}")
_SHOWN = re.compile(r"\w")


def mask_email(email: str) -> str:
    """``s•••@example.com``."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{host}" if at else mask_phone(email)


def mask_phone(phone: str) -> str:
    """``•••42``: the last two characters, where enough others are hidden."""
    return f"{HIDDEN}{phone[-2:] if len(phone) > 4 else ''}" if phone else ""


def mask_contacts(text: str) -> str:
    """Hides e-mail addresses and phone numbers in a text, which stays as long as it was: places in it hold."""
    return _IN_TEXTS.sub(lambda found: _SHOWN.sub("•", found.group()), text)
