"""The `plush` command. Every command is a client of the daemon, which it starts when none runs.

A user's mistake ends in one line on standard error and exit code 2, any other failure in one line and exit code 1.
"""

from __future__ import annotations

import importlib
import sys

import typer

from base_station import cli_talk, cli_tools, config
from base_station.errors import BaseStationError, UsageError
from base_station.family_command import memory, parents
from base_station.models import app as models
from base_station.toys_command import app as toys
from base_station.transcripts_command import app as transcripts

app = typer.Typer(
    name="plush",
    help="Talk to the plush, and look after it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
GROUPS = {
    "toys": toys,
    "parents": parents,
    "memory": memory,
    "transcripts": transcripts,
    "models": models,
    "safety": cli_tools.safety,
    "asr": cli_tools.asr,
    "bench": cli_tools.bench,
    "flash": cli_tools.flash,
    "daemon": cli_tools.daemon,
}


def main() -> None:
    """The entry point: commands of the source checkout attached, errors as one line."""
    _attach_checkout()
    try:
        if status := app(standalone_mode=False):  # a command that raised typer.Exit
            sys.exit(status)
    except typer.Abort:
        sys.exit(130)
    except UsageError as error:
        _complain(error, 2)
    except BaseStationError as error:
        _complain(error, 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if type(error).__module__.startswith(("click", "typer")) and hasattr(error, "exit_code"):
            _complain(getattr(error, "format_message", lambda: "bad command line")(), int(error.exit_code))
        raise


def _complain(error: object, status: int) -> None:
    print(f"plush: {' '.join(str(error).split())}", file=sys.stderr)
    sys.exit(status)


def _attach_checkout() -> None:
    """Training, conversion and measurement need the source checkout, which the wheel does not hold."""
    if (config.CHECKOUT / "models" / "cli.py").is_file():
        sys.path.insert(0, str(config.CHECKOUT))
        importlib.import_module("models.cli").attach(app, models)


app.registered_commands += cli_talk.app.registered_commands + cli_tools.app.registered_commands
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


if __name__ == "__main__":
    main()
