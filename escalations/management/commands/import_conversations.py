"""History in bulk, from a file; ``--help`` describes the formats."""

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from escalations.actions.history import Import, Report
from escalations.actions.importing import FORMATS, import_file
from escalations.importers import ndjson, openai_chat
from helpninja.common.actors import SYSTEM

ABOUT = f"""
Imports past conversations. It can be interrupted and repeated: what is stored is passed over. Records that can't
be read are reported by their number and kept out, the rest is kept; each may be 1 MiB, 32 levels deep and have
10,000 values. No trigger rule is asked, nobody is notified, and nothing enters the live queue.

--format openai-chat
{openai_chat.__doc__}
A call of the function --handoff-tool is an escalation, with its argument "summary" as the handoff summary. What a
person did then is not in such a log, so the escalation is closed without an outcome. Its reason is inferred:
customer_request where the customer had asked for a person, otherwise low_ai_confidence.

--format ndjson
{ndjson.__doc__}
Fields of each type (* needed); topics by slug, plans by code, agents by e-mail address or id, times as ISO 8601
with an offset. An escalation without resolved_at is stored as cancelled.
{ndjson.describe()}
"""


class Command(BaseCommand):
    help = "Imports past conversations."

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.description, parser.formatter_class = ABOUT, argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", choices=FORMATS, default="ndjson", help="ndjson unless said otherwise")
        parser.add_argument(
            "--source", type=_slug, default="import", help="the chat platform; import when left out"
        )
        parser.add_argument(
            "--handoff-tool", metavar="NAME", default="", help="the tool by which the AI handed over"
        )
        parser.add_argument(
            "--start",
            metavar="ISO",
            type=_moment,
            help="place conversations without a time of their own here; otherwise it is unknown",
        )
        parser.add_argument("--dry-run", action="store_true", help="count, and store nothing")
        parser.add_argument("--json", action="store_true", help="write the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file, _progress() as progress:
                bar = progress.add_task(path.name, total=path.stat().st_size or 1)
                task = Import(
                    file_name=path.name,
                    source=options["source"],
                    by=SYSTEM,
                    now=timezone.now(),
                    handoff_tool=options["handoff_tool"],
                    start=options["start"],
                    on_record=lambda: progress.update(bar, completed=file.tell()),
                )
                report = import_file(file=file, form=options["format"], task=task, dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        self._write(report, options)

    def _write(self, report: Report, options: dict[str, Any]) -> None:
        counts = {
            name: getattr(report, name)
            for name in ("conversations", "messages", "escalations", "ratings", "rejected")
        }
        if options["json"]:
            errors = [asdict(problem) for problem in report.problems]
            self.stdout.write(json.dumps({**counts, "dry_run": options["dry_run"], "errors": errors}))
            return
        for problem in report.problems:
            where = f", {problem.field}" if problem.field else ""
            self.stderr.write(f"Record {problem.number}{where}: {problem.message}")
        if report.rejected > len(report.problems):
            self.stderr.write(f"... and {report.rejected - len(report.problems)} more.")
        verb = "Would add" if options["dry_run"] else "Added"
        added = ", ".join(f"{count:,} {name}" for name, count in counts.items() if name != "rejected")
        self.stdout.write(f"{verb} {added}; {report.rejected:,} rejected, {report.known:,} stored before.")


def _progress() -> Progress:
    """On a terminal only: in a log it would be noise."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _slug(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.messages[0]) from error
    if len(text) > 60:
        raise argparse.ArgumentTypeError("At most 60 characters.")
    return text


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}.") from error
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("Give a time such as 2025-03-01T09:00:00Z.")
    if moment > timezone.now():
        raise argparse.ArgumentTypeError("This time is in the future.")
    return moment
