"""Checks shared by models, forms and the API; each message can be read by a person."""

from django.core.validators import MaxLengthValidator, RegexValidator

MAX_BODY = 100_000

validate_language = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "Give a BCP 47 tag, such as en or pt-BR.", code="language"
)
validate_body = MaxLengthValidator(MAX_BODY, "An article has at most %(limit_value)d characters.")
