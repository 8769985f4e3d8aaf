"""What the API's description says of views that answer with plain objects."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.serializers import Serializer

PUBLIC_ID = OpenApiParameter("public_id", OpenApiTypes.STR, OpenApiParameter.PATH)


def takes(serializer: type[Serializer[Any]] | None = None, **more: Any) -> Callable[[Any], Any]:
    """The body that the view reads, if any; it answers with an object."""
    return extend_schema(request=serializer, responses=OpenApiTypes.OBJECT, **more)
