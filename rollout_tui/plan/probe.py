"""What a run may look at by itself: sources that a plan names once, probes that ask them, and texts with a probe."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal

from ..frozen import dataclass
from .quantities import NONE, Comparison, Duration

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

Reduce = Literal["max", "min", "sum"]
Holds = Literal["until-go", "always"]
OnFire = Literal["tell", "hold"]

NO_DURATION = Duration(NONE)
ONE_HOUR = Duration.parse("1 h")
TEN_SECONDS = Duration.parse("10 s")
ONE_MINUTE = Duration.parse("60 s")


def _text(table: Any) -> str:
    """Write a source or a probe on one line, without what is left out."""
    named = ((each, getattr(table, each.name)) for each in fields(table))
    given = ((each.name, value) for each, value in named if value != each.default)
    said = (f"{name} {' '.join(value) if isinstance(value, tuple) else value}" for name, value in given)
    return " ".join(", ".join(said).split())


@dataclass(frozen=True)
class Source:
    """A Prometheus server, by its address; a secret is named by the environment variable that holds it.

    `basic_env` holds `user:password`, `header_env` the value of the header `header`; `ca_file` are the authorities that
    are trusted besides the system's.
    """

    prometheus: str
    bearer_env: str = ""
    basic_env: str = ""
    header: str = ""
    header_env: str = ""
    ca_file: str = ""

    @property
    def text(self) -> str:
        """All that is given of it, on one line."""
        return _text(self)


@dataclass(frozen=True)
class Probe:
    """How one thing is looked at: a `query` to a source, an `http` request, or a `command`; exactly one of them.

    A metric's threshold judges its value; elsewhere `expect` does. `unit` is the unit of the value. `samples` is a
    query that counts what the value rests on, of which there have to be `min_samples`. `deadline` is for all of the
    probe, `every` how often it is looked at in a soak.
    """

    source: str = ""
    query: str = ""
    reduce: Reduce | None = None
    samples: str = ""
    min_samples: int = 0
    http: str = ""
    status: int = 200
    contains: str = ""
    json: str = ""
    certificate_days: int = 0
    command: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    expect: Comparison | None = None
    unit: str = ""
    deadline: Duration = TEN_SECONDS
    every: Duration = ONE_MINUTE
    holds: Holds | None = None

    @property
    def text(self) -> str:
        """All that is given of it, on one line."""
        return _text(self)

    @property
    def kind(self) -> str:
        """What it asks: `prometheus`, `http` or `command`."""
        return "command" if self.command else "http" if self.http else "prometheus"


class Watched:
    """A text of a phase that may have a probe; a plan's file may give the text alone."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def is_text_alone(self) -> bool:
        """Whether nothing but its text is given."""
        return self == type(self)(self.text)  # type: ignore[call-arg] # each of them begins with its text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        from pydantic_core import core_schema

        table = handler(source)
        for field in table["schema"]["fields"]:
            if field["name"].endswith("_"):
                field["validation_alias"] = field["name"].removesuffix("_")
        return core_schema.no_info_before_validator_function(as_table, table)


def as_table(value: Any) -> Any:
    """Give the table that a text stands for where it stands alone."""
    return {"text": value} if isinstance(value, str) else value


@dataclass(frozen=True)
class Criterion(Watched):
    """What has to hold for a phase to be promoted; `probe` looks, and `max_age` is how old that may be at a gate."""

    text: str
    probe: Probe | None = None
    max_age: Duration = ONE_HOUR


@dataclass(frozen=True)
class Trigger(Watched):
    """What makes people roll back; it fires when its `probe` fails, for as long as `for_` says.

    `on_fire` says whether that also holds the run.
    """

    text: str
    probe: Probe | None = None
    for_: Duration = NO_DURATION
    on_fire: OnFire = "tell"
