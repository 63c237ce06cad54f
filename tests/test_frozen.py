"""Frozen values do what the library's frozen dataclasses do."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import pickle
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from typing import Any, cast

import pytest

import rollout_tui
from rollout_tui.frozen import dataclass


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    row: int
    name: str = "here"
    marks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point(Place):
    size: float = 1.0

    def __str__(self) -> str:
        return f"at {self.row}"


@dataclass(frozen=True)
class Nothing:
    pass


@dataclass(frozen=True)
class Nowhere:
    pass


@dataclasses.dataclass(frozen=True)
class Library:
    row: int
    name: str = "here"
    marks: list[str] = field(default_factory=list)


def test_a_value_is_made_by_place_and_by_name() -> None:
    made = Place(1, marks=["x"])
    assert (made.row, made.name, made.marks) == (1, "here", ["x"])
    assert Point(1, "there", size=2.0).size == 2.0
    assert str(Point(3)) == "at 3"


def test_each_value_has_a_default_of_its_own() -> None:
    assert Place(1).marks == []
    assert Place(1).marks is not Place(2).marks


@pytest.mark.parametrize("before", [0, 100], ids=["the first", "one of many"])
@pytest.mark.parametrize(
    "wrong",
    [lambda kind: kind(), lambda kind: kind(1, "a", [], 2), lambda kind: kind(1, other=2), lambda kind: kind(1, row=2)],
    ids=["too few", "too many", "unknown", "twice"],
)
def test_wrong_arguments_are_refused_in_the_same_words(wrong: Callable[[Any], object], before: int) -> None:
    fresh = _fresh()
    for row in range(before):
        fresh(row)
    with pytest.raises(TypeError) as ours:
        wrong(fresh)
    with pytest.raises(TypeError) as theirs:
        wrong(Library)
    assert str(ours.value).rpartition(".")[2] == str(theirs.value).rpartition(".")[2]


def test_the_first_values_of_a_class_are_as_the_later_ones() -> None:
    fresh = _fresh()
    made = [fresh(1, marks=[row]) for row in range(100)]
    assert [each.marks for each in made] == [[row] for row in range(100)]
    assert {(each.row, each.name) for each in made} == {(1, "here")}
    assert fresh(1) == fresh(1, "here") == fresh(row=1, name="here", marks=[])
    assert fresh(1).marks is not fresh(1).marks


def _fresh() -> Any:
    @dataclass(frozen=True)
    class Fresh:
        row: int
        name: str = "here"
        marks: list[int] = field(default_factory=list)

    return Fresh


def test_values_are_equal_if_their_class_and_fields_are() -> None:
    assert Place(1) == Place(1)
    assert Place(1) != Place(2)
    assert Place(1) != Point(1)
    assert Nothing() == Nothing()
    nowhere, values = cast("tuple[object, object]", (Nowhere(), (1, "here", [])))
    assert Nothing() != nowhere
    assert Place(1) != values


def test_a_value_is_hashed_by_its_fields() -> None:
    assert len({Nothing(), Nothing()}) == 1
    assert hash(Place(1, marks=())) == hash(Place(1, marks=()))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hash(Place(1))


def test_a_value_shows_its_fields() -> None:
    assert repr(Place(1)).replace("Place", "Library") == repr(Library(1))
    assert repr(Nothing()) == "Nothing()"


@pytest.mark.parametrize("name", ["row", "other"])
def test_a_value_is_never_changed(name: str) -> None:
    made = Place(1)
    with pytest.raises(FrozenInstanceError):
        setattr(made, name, 2)
    with pytest.raises(FrozenInstanceError):
        delattr(made, name)
    assert made == Place(1)


def test_the_library_takes_it_for_a_dataclass() -> None:
    assert [each.name for each in dataclasses.fields(Point)] == ["row", "name", "marks", "size"]
    assert dataclasses.replace(Point(1), row=2) == Point(2)
    assert dataclasses.asdict(Place(1)) == {"row": 1, "name": "here", "marks": []}
    match Place(5):
        case Place(row, name=name):
            assert (row, name) == (5, "here")


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_make_the_first_values_of_a_class_at_once_get_whole_ones() -> None:
    def made(kind: Any) -> list[Any]:
        barrier = threading.Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda row: (barrier.wait(), kind(row))[1], range(4)))

    for _ in range(50):
        values = made(_fresh())
        assert [(each.row, each.marks, each.name) for each in values] == [(row, [], "here") for row in range(4)]


def test_a_value_is_copied_and_pickled() -> None:
    made = Point(1, marks=["x"])
    assert copy.deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def _made_by_it() -> Iterator[type[Any]]:
    """Every class of the package that is no dataclass of the library's."""
    for module in pkgutil.walk_packages(rollout_tui.__path__, "rollout_tui."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if (
                    isinstance(value, type)
                    and value.__module__ == module.name
                    and "__dataclass_fields__" in vars(value)
                ):
                    dataclasses.fields(value)
                    if not vars(value)["__dataclass_params__"].init:
                        yield value


CLASSES = list(_made_by_it())


def _twin(kind: type[Any]) -> type[Any]:
    """The class as the library would have made it, with what it says itself."""
    fields = [
        (each.name, each.type, dataclasses.field(default=each.default, default_factory=each.default_factory))
        for each in dataclasses.fields(kind)
    ]
    own = {
        name: value
        for name, value in vars(kind).items()
        if not name.startswith(("__dataclass", "__dict__", "__weakref__", "__match_args__", "__annot"))
        and name not in kind.__match_args__
        and getattr(value, "__module__", None) not in {"rollout_tui.frozen", None, "builtins"}
    }
    return dataclasses.make_dataclass(kind.__qualname__, fields, namespace=own, frozen=True)


@pytest.mark.parametrize("kind", CLASSES, ids=[f"{kind.__module__}.{kind.__qualname__}" for kind in CLASSES])
def test_each_class_of_the_program_is_as_the_library_makes_it(kind: type[Any]) -> None:
    twin, fields = _twin(kind), dataclasses.fields(kind)
    assert not hasattr(kind, "__post_init__")
    assert all(each.init and each.repr and each.compare and not each.kw_only for each in fields)
    assert kind.__match_args__ == twin.__match_args__
    needed = [each for each in fields if each.default is each.default_factory is dataclasses.MISSING]
    # Of few values and of many: some are made by a common function, the later ones by a compiled one.
    for count in range(12):
        given = {each.name: f"{each.name} {count}" for each in (fields if count % 2 else needed)}
        ours, theirs = kind(**given), twin(**given)
        assert vars(ours) == vars(theirs)
        assert repr(ours) == repr(theirs)
        assert ours == kind(*given.values())
        assert ours != theirs
        if count % 2:
            assert hash(ours) == hash(theirs)
            assert dataclasses.replace(ours) == ours


def test_a_field_may_have_any_name() -> None:
    @dataclass(frozen=True)
    class Owner:
        own: int
        known: str = "x"

    # Beyond the first few instances, whose `__init__` is not compiled.
    assert [(each.own, each.known) for each in map(Owner, range(20))] == [(number, "x") for number in range(20)]
