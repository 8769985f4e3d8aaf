"""What the terminal says once the demo is served."""

from rich.console import Console
from rich.table import Table

from helpninja.demo.people import LOGINS, PASSWORD

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
LOCAL = ("127.0.0.1", "localhost", "::1")
START = {
    "Agent": "/queue/",
    "Senior agent": "/queue/",
    "Supervisor": "/queue/",
    "QA reviewer": "/",
    "Analyst": "/analytics/",
    "Admin": "/",
}


def address(host: str, port: int) -> str:
    """Where this machine reaches a server that listens there."""
    reachable = ANYWHERE.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable and reachable[0] != '[' else reachable}:{port}"


def say(console: Console, host: str, port: int) -> None:
    table = Table(title=f"helpNINJA demo: {address(host, port)}", title_justify="left")
    for heading in ("Role", "Name", "User", "Password", "Begin at"):
        table.add_column(heading)
    for person in LOGINS:
        role = person.role.value
        table.add_row(role, person.name, person.username, PASSWORD, START[role])
    console.print(table)
    if host not in LOCAL:
        console.print(
            "[bold]These passwords are public: let nobody reach this address whom you don't trust.[/bold]"
        )
    console.print("Ctrl-C ends it; started again, it goes on with the same data.")
