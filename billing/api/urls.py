from django.urls import path

from billing.api.views import CustomerEventsView

urlpatterns = [path("customer-events", CustomerEventsView.as_view(), name="api-customer-events")]
