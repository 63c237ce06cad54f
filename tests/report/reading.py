"""Reports read back with parsers of their formats: as rows of cells, as a reader's own tool would see them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

VOID = {"meta", "br", "line", "polyline", "rect"}


class Page(HTMLParser):
    """A page's tags with their attributes, its rows, and all its text; a tag that is not closed is an error."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        if "tr" in self._open:
            self.rows[-1][-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def markdown_tokens(document: str) -> list[Token]:
    """Every token of a document, as a forge reads it: with tables, raw HTML and addresses made links."""
    parsed = MarkdownIt("gfm-like", {"html": True, "linkify": True}).parse(document)
    return [each for token in parsed for each in (token, *(token.children or ()))]


def rows(form: str, report: str) -> list[list[str]]:
    """The rows that hold a report's tables."""
    match form:
        case "md":
            return list(_markdown_rows(report))
        case "html":
            return Page(report).rows
        case "csv":
            return list(csv.reader(io.StringIO(report), strict=True))
        case "json":
            segments: list[dict[str, Any]] = json.loads(report)["timeline"]
            return [[each["ref"], each["words"]] for segment in segments for each in segment["events"]]
        case _:
            return [re.split(" {2,}", line) for line in report.split("\n")]


def _markdown_rows(report: str) -> Iterator[list[str]]:
    row: list[str] = []
    for token in MarkdownIt("gfm-like").parse(report):
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append("".join(each.content for each in token.children or ()))
        elif token.type == "tr_close":
            yield row
