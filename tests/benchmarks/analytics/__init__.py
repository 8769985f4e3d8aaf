"""Importing any of these starts Django, with rollups kept on either database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
os.environ["KEEP_ROLLUPS"] = "1"
django.setup()
