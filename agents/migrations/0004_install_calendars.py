from django.db import migrations
from django.utils import timezone

CALENDARS = (
    {
        "name": "Always open",
        "zone": "UTC",
        "openings": ({"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "00:00:00", "closes": "00:00:00"},),
        "country": "",
    },
    {
        "name": "Office hours",
        "zone": "America/New_York",
        "openings": ({"weekdays": [0, 1, 2, 3, 4], "opens": "09:00:00", "closes": "17:00:00"},),
        "country": "US",
    },
)


def install(apps, schema_editor):
    calendars = apps.get_model("agents", "Calendar").objects
    openings = apps.get_model("agents", "Opening").objects
    versions = apps.get_model("agents", "CalendarVersion").objects
    for given in CALENDARS:
        calendar = calendars.create(
            name=given["name"], time_zone=given["zone"], holiday_country=given["country"], version=1
        )
        for opening in given["openings"]:
            openings.create(calendar=calendar, **opening)
        versions.create(
            calendar=calendar,
            number=1,
            definition={
                "zone": given["zone"],
                "openings": [{**opening, "valid_from": None} for opening in given["openings"]],
                "country": given["country"],
                "region": "",
                "worked": [],
                "days": [],
            },
            published_at=timezone.now(),
            actor="helpNINJA",
        )


class Migration(migrations.Migration):
    dependencies = [("agents", "0003_calendars")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
