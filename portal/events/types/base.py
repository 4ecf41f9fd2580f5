"""What an event type is, and the table of all of them by name."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

registry: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A past-tense fact. `name` is stored for ever; fields are ids and plain values only.

    `actor` is the id of the member who did it (None when the house did).
    """

    name: ClassVar[str] = ""
    actor: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.name or cls.name in registry:
            raise TypeError(f"{cls.__name__} needs a name of its own")
        registry[cls.name] = cls

    def payload(self) -> dict[str, Any]:
        """The fields as JSON-ready values, without the actor (it has a column)."""
        data = asdict(self)
        data.pop("actor")
        return data

    @classmethod
    def from_payload(cls, payload: dict[str, Any], actor: int | None) -> Self:
        """The event again from its stored row; unknown keys of later versions are left out."""
        known = {f.name for f in fields(cls)}
        return cls(actor=actor, **{k: v for k, v in payload.items() if k in known and k != "actor"})
