from typing import Any

from rest_framework import serializers

from helpninja.common.actors import Actor


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a misspelt name must not be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = data.keys() - self.fields.keys()
            if unknown:
                raise serializers.ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
        return super().to_internal_value(data)


class NoFields(StrictSerializer):
    """For steps that take no input; an empty body will do."""


def parse(serializer_class: type[serializers.Serializer[Any]], request: Any, **context: Any) -> dict[str, Any]:
    """The validated body. Raises ValidationError that names each field."""
    serializer = serializer_class(
        data=request.data, context={"request": request, "actor": Actor.of_request(request), **context}
    )
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]
