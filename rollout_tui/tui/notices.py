"""Notices: refusals, warnings, and what others recorded; they stand until somebody acts on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..run.events import Entry
from ..run.state import Run
from ..run.wording import describe
from ..text import safe
from .keys.binding import press
from .subscribers import Subscribers

REFUSED, COPIED, SOAK_OVER, SETTINGS = "Refused", "Copied", "Soak over", "Settings"
IN_TMUX, SENT = "Copied to tmux's buffer", "Sent to the terminal's clipboard"

# What the next action makes old; a warning stands until it was read.
PASSING = (REFUSED, COPIED, IN_TMUX, SENT, SOAK_OVER)

# More of one notice than anybody reads.
_LONGEST = 2_000


class Notices:
    """What there is to say, by title: `said` is taken away by the next action, `news` when it was looked at."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.news: list[Entry] = []
        self._news_words: list[str] = []
        self.changes: Subscribers[None] = Subscribers()

    def say(self, title: str, text: str) -> None:
        """Say this in place of what had the title before; the newest comes first."""
        self.said.pop(title, None)
        self.said = {title: safe(text.strip(), lines=True, limit=_LONGEST), **self.said}
        self.changes.publish(None)

    def tell(self, run: Run, entries: Iterable[Entry]) -> None:
        """Tell what others recorded, with their names."""
        for entry in entries:
            self.news.append(entry)
            self._news_words.append(
                safe(f"#{entry.seq} {entry.stamp.by}: {describe(entry, run.sequence_at(entry.seq))}")
            )
        if self.news:
            self.changes.publish(None)

    def take_back(self, *titles: str) -> None:
        """Take away what has these titles."""
        self.said = {title: text for title, text in self.said.items() if title not in titles}
        self.changes.publish(None)

    def leave_run(self) -> None:
        """Take away what was about the run: it would stand at home, or at another run, as if it were about that."""
        self.take_back(*self.said.keys() - {SETTINGS})
        self.take_news_back()

    def take_news_back(self) -> None:
        """Take the news away, which somebody looks at now."""
        self.news, self._news_words = [], []
        self.changes.publish(None)

    def short(self) -> Iterator[str]:
        """Give each notice in a line; of several entries only how many, by whom, and what shows them."""
        for title, text in self.said.items():
            yield f"{title}: {' '.join(text.split())}"
        if len(self.news) == 1:
            yield self._news_words[0]
        elif self.news:
            by = ", ".join(dict.fromkeys(each.stamp.by for each in self.news))
            yield safe(f"{len(self.news)} new by {by} · {press('run.catch-up', 'i')} shows them")

    def whole(self) -> Iterator[tuple[str, str]]:
        """Give each notice with its title, and every entry."""
        yield from self.said.items()
        if self.news:
            yield "Recorded by others", "\n".join(self._news_words)
