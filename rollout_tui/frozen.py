"""`dataclass(frozen=True)`, defined lazily: the library's frozen dataclass at a tenth of its price at a start.

The library writes and compiles six functions for each class when it is defined, a third of a millisecond. Behind one
command stand a hundred classes, most of which get no instance. Processor time on CPython 3.11, the least of 20 turns:

                                 with this    with the library's
    rollout status                 58 ms        95 ms
    rollout sign                   63 ms       104 ms    1.7 and 2.8 times what it imports of Python's own library
    the screen's modules          263 ms       316 ms

Here all classes share five of the six functions, a class is read when it has its first instance, and its `__init__`
compiled when it has some more. `fields`, `replace`, type checkers and pydantic see an ordinary dataclass;
tests/test_frozen.py holds each class of the program equal to the one that the library would have made.
"""

from __future__ import annotations

import dataclasses
from _thread import RLock
from dataclasses import MISSING, FrozenInstanceError
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen):
        assert frozen
        return _frozen


class _Shared:
    """What all classes share; `__match_args__` names a class's fields."""

    __match_args__: tuple[str, ...]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({shown})"

    def __eq__(self, other: object) -> bool:
        # As lists, so that what both share is not compared.
        return _values(self) == _values(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(_values(self)))

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


def _values(instance: Any) -> list[Any]:
    return [getattr(instance, name) for name in instance.__match_args__]


_SHARED = ("__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__")


def _frozen(cls: Any) -> Any:
    for name in _SHARED:
        if name not in cls.__dict__:
            setattr(cls, name, getattr(_Shared, name))
    cls.__init__ = _first_init(cls)
    cls.__dataclass_fields__ = _Fields(cls)
    return cls


def _first_init(cls: Any) -> Any:
    """Give the `__init__` of a class that has no or few instances, most of which never have many."""
    made = 0

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal made
        made += 1
        fields = dataclasses.fields(cls)
        given = dict(zip((each.name for each in fields), args, strict=False)) | kwargs
        values = {each.name: given[each.name] if each.name in given else _default(each) for each in fields}
        if made > _FEW or len(given) < len(args) + len(kwargs) or given.keys() - values or MISSING in values.values():
            # What is wrong with the arguments is the compiled one's to say.
            cls.__init__ = _compiled_init(cls)
            cls.__init__(self, *args, **kwargs)
        else:
            self.__dict__.update(values)

    return init


def _default(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


# To compile an `__init__` takes as long as to make this many values without it, or twice as many.
_FEW = 8

# Of `_thread`, as `functools` has it: `threading` would be loaded for nothing else.
_LOCK = RLock()


class _Fields:
    """Stands for the fields of a class until someone asks for them; then the library makes a dataclass of it."""

    def __init__(self, cls: Any) -> None:
        self._cls = cls

    def __get__(self, _instance: object, _owner: type) -> Any:
        cls = self._cls
        # Two threads may have their first instances at once, and the library must not read a class twice.
        with _LOCK:
            if cls.__dict__["__dataclass_fields__"] is self:
                # Without a text of its own the library would compose one, for which it reads a signature.
                cls.__doc__ = cls.__doc__ or cls.__name__
                dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
        return cls.__dataclass_fields__


def _compiled_init(cls: Any) -> Any:
    """Write a function that takes the fields by place or name, and compile it."""
    known: dict[str, Any] = {"_missing": MISSING}
    parameters, lines = ["self"], []
    for field in dataclasses.fields(cls):
        name = value = parameter = field.name
        if field.default is not MISSING:
            known[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        elif field.default_factory is not MISSING:
            known[f"_make_{name}"] = field.default_factory
            parameter, value = f"{name}=_missing", f"_make_{name}() if {name} is _missing else {name}"
        parameters.append(parameter)
        lines.append(f" _own[{name!r}] = {value}\n")
    # Fields begin with a letter, so that none meets a name of ours.
    exec(f"def __init__({', '.join(parameters)}):\n _own = self.__dict__\n{''.join(lines)}", known)
    init = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init
