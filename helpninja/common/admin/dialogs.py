from django.http import HttpResponse


def dialog_done(url: str) -> HttpResponse:
    """Dialogs are sent by htmx, which would load a plain redirect into the dialog."""
    return HttpResponse(headers={"HX-Redirect": url})
