from quality.decisions.likeness import answers, near_duplicates

ROTATE = """Rotating API keys
A service may have two keys at once. Make a new key under Settings, API, deploy it to each service and revoke the
old one. The old key stops working within a second after it was revoked. Give each service account a key of its
own with the scopes that it needs."""
ROTATE_EDITED = """How to rotate an API key
Every service account can have two API keys at once. Create the new key in Settings under API, deploy it, then
revoke the old key: it stops working within one second. Each service should have its own key with only the scopes
needed."""
LIMITS = """Rate limits of the API
Each API key may send 600 requests a minute. Beyond that the API answers 429 with a Retry-After header: wait so
long and try again. Ask us for a higher limit if your service needs one."""
SSO = """Single sign-on with SAML
Upload the metadata file of your identity provider under Settings, Security. We need the e-mail address and the
groups in the assertion. Try it with one user before you switch it on for everybody."""
WIDGET = """Colours of the chat widget
Choose the colours, the logo and the greeting of the widget under Settings, Widget. Changes are live at once."""
ARTICLES = [ROTATE, LIMITS, SSO, WIDGET]


def test_an_edited_copy_is_a_near_duplicate_and_a_neighbour_is_not():
    found = near_duplicates([*ARTICLES, ROTATE_EDITED])

    assert [(pair.first, pair.second) for pair in found] == [(0, 4)]


def test_the_same_text_is_wholly_alike():
    assert [pair.likeness for pair in near_duplicates([SSO, SSO, WIDGET])] == [1.0]


def test_a_gap_that_an_article_answers_is_told_with_the_article():
    gaps = [
        "API key rotation. How do we rotate API keys for several services? Can two keys be valid at once?",
        "Data export automation. Can the monthly export run by itself and land in our storage?",
        "SSO configuration. Which attributes do you need in the SAML assertion? Single sign-on metadata file",
    ]

    assert [(pair.first, pair.second) for pair in answers(gaps, ARTICLES)] == [(0, 0), (2, 2)]


def test_nothing_to_compare():
    assert near_duplicates([]) == near_duplicates(["", ""]) == answers([], ARTICLES) == answers(["?"], []) == []
