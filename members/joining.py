"""The answers of joining, kept in the session until the account has its confirmed address: before that the database learns nothing.

So an address that somebody else typed in leaves no consent and no name behind, and a name that is still free tells nobody whether an
account was made.
"""

from dataclasses import asdict, dataclass
from typing import Any

from members import consents
from members.models.choices import AgeBand, Role
from members.models.consent import Purpose

SESSION_KEY = "joining"
TOO_YOUNG = "under-16"
DECLINED = 0  # in the place of a version of the words
_KINDS = {"age": str, "name": str, "health": int, "role": str, "taken": str}


@dataclass(frozen=True)
class Answers:
    """What somebody answered so far; None is a question that was not answered yet.

    age: a value of AgeBand, or TOO_YOUNG. health: the version of the words agreed to, or DECLINED. role: a value of Role, or "" for skipped.
    taken: a name that somebody else took in the meantime, so that the page can say so.
    """

    age: str | None = None
    name: str | None = None
    health: int | None = None
    role: str | None = None
    taken: str = ""

    @classmethod
    def of(cls, session: Any) -> "Answers":
        """Read the answers of a session; what has not the right kind is dropped."""
        kept = session.get(SESSION_KEY)
        if not isinstance(kept, dict):
            return cls()
        return cls(**{name: kept[name] for name, kind in _KINDS.items() if isinstance(kept.get(name), kind)})

    def keep(self, session: Any) -> None:
        """Put the answers into the session."""
        session[SESSION_KEY] = asdict(self)

    @staticmethod
    def forget(session: Any) -> None:
        """Take the answers out of the session."""
        session.pop(SESSION_KEY, None)

    @property
    def any(self) -> bool:
        """Whether there is any answer."""
        return self != Answers()

    @property
    def too_young(self) -> bool:
        """Whether the answer to the age was "under 16": joining is not offered again in this session."""
        return self.age == TOO_YOUNG

    @property
    def agrees(self) -> bool:
        """Whether there is a yes to the words as they are now."""
        return self.health == consents.TEXTS[Purpose.HEALTH].version

    @property
    def next_page(self) -> str:
        """Return the name of the first page whose question is open; the last one shows all answers."""
        if self.too_young:
            return "members:join_too_young"
        if self.age not in AgeBand.values:
            return "members:join_age"
        if not self.name:
            return "members:join_name"
        if self.health != DECLINED and not self.agrees:  # not asked, or asked with other words
            return "members:join_health"
        if self.agrees and self.role not in ("", *Role.values):
            return "members:join_role"
        return "members:join_check"

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask."""
        return self.next_page == "members:join_check"
