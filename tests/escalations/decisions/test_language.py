import pytest

from escalations.decisions.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where do I change the plan of my account?", "en"),
        ("It's still not working and I don't know why", "en"),
        ("Wo kann ich meine Rechnung für den letzten Monat sehen?", "de"),
        ("Ich warte schon seit drei Tagen auf eine Antwort", "de"),
        ("Je ne peux pas me connecter avec mon compte", "fr"),
        ("No puedo entrar en mi cuenta desde ayer", "es"),
        ("Não consigo entrar na minha conta desde ontem", "pt"),
        ("Non riesco ad accedere al mio account da ieri, come posso fare?", "it"),
        ("Ik kan niet meer inloggen met mijn account", "nl"),
        ("Jag kan inte logga in på mitt konto", "sv"),
        ("Nie mogę się zalogować na moje konto", "pl"),
        ("Я не могу войти в мой аккаунт", "ru"),
        ("Hesabıma giriş yapamıyorum ve neden bilmiyorum, çok kötü", "tr"),
    ],
)
def test_a_sentence_tells_its_language(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "Refund!", "12345", "API error 500", "Hi", "我要退款", "invoice Rechnung facture", "de la"]
)
def test_what_does_not_tell_is_unknown(text):
    assert detect_language(text) == ""


def test_two_languages_at_once_are_unknown():
    assert detect_language("I can not see my bill, ich kann meine Rechnung nicht sehen") == ""
