from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

from helpninja.common.parsing import MAX_BYTES, Refused, parse_json


class RefusedBody(APIException):
    """A body that the strict parser refused, with the status and the field it named."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused), code="refused")
        self.status_code = refused.status
        self.field = refused.field


class StrictJSONParser(BaseParser):
    """By ``parse_json``; what that refuses is answered with the status it names."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return parse_json(stream.read(MAX_BYTES + 1))
        except Refused as refused:
            raise RefusedBody(refused) from refused
