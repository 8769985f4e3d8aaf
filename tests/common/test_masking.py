import pytest

from helpninja.common.masking import mask_contacts


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to sarah.m@example.com!", "Write to •••••.•@example.com!"),
        ("Call +1 (555) 014-2299 now", "Call +• (•••) •••-••99 now"),
        ("order 12345, error 502, 3 days", "order 12345, error 502, 3 days"),
        ("me @ home", "me @ home"),
        ("", ""),
    ],
)
def test_contacts_in_a_text_are_hidden_at_the_same_length(text, masked):
    assert mask_contacts(text) == masked
    assert len(masked) == len(text)
