"""helpNINJA: the back-office for conversations that an AI support chat hands to people."""

from helpninja.celery import app as celery_app

__all__ = ["celery_app"]
