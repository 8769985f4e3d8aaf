"""The product's URLs and beside them a view that does all of message intake but the database.

What it evaluates are the facts that rules may ask for, so how the customer sounds is among them.
"""

from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from escalations.actions.judging import active_rules, judge
from escalations.api.conversations import PLATFORMS
from escalations.api.serializers import MessageInput
from escalations.decisions.sentiment import sentiment_said
from escalations.decisions.triggers import Facts, Signals, fold
from escalations.models import Message
from helpninja.common.api.serializers import parse
from helpninja.urls import urlpatterns as product_urls


class OnlyValidates(APIView):
    permission_classes = [PLATFORMS]

    def post(self, request):
        data = parse(MessageInput, request)
        said = sentiment_said(author=data["author"], text=data["text"], given=data.get("sentiment"))
        message = Message(**{**data, "sentiment": said})
        signals = fold(Signals(), message)
        fired = judge(active_rules(), Facts(message=message, signals=signals), timezone.now())
        return Response({"id": message.public_id, "conversation": "conv", "escalation": fired and fired.because})


urlpatterns = [path("only-validates", OnlyValidates.as_view()), *product_urls]
