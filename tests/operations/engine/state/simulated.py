"""An engine that does things at random, keeps its own books, and writes journals as the real one.

Its books are sets of what exists, so that they owe nothing to how a journal is played back.
"""

import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.operations.engine.state.backend import entry, resource, urn

Item = tuple[str, str, bool, bool]
"""Name, value, whether it is to be deleted, whether it waits for its replacement."""


@dataclass
class Books:
    """What exists and what is under way."""

    items: set[Item] = field(default_factory=set)
    creating: set[str] = field(default_factory=set)


@dataclass
class Simulated:
    """One operation, entry by entry."""

    chance: Random
    old: list[dict[str, Any]]
    prefix: str = "n"
    """Of the names that it gives."""
    made: dict[str, int] = field(default_factory=dict)
    """The step that has made what the program has registered so far."""
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    """Places of what the program has not come to."""
    deleting: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    books: list[Books] = field(default_factory=list)
    """After each entry."""
    steps: int = 0

    def __post_init__(self) -> None:
        self.left = {state["id"]: place for place, state in enumerate(self.old)}
        items = {(state["id"], state["inputs"]["value"], False, False) for state in self.old}
        self._now = Books(items=items)

    def run(self, most: int) -> None:
        """Do up to so many things, one after the other."""
        if self.chance.random() < 0.3:
            self._read_back()
        acts = [
            *(self._create, self._same, self._update, self._replace, self._replace_after_delete),
            *(self._outputs, self._fail, self._begin_only, self._delete),
        ]
        for _ in range(most):
            self.chance.choice(acts)()

    def _say(self, kind: int, step: int = 0, **said: Any) -> None:
        self.entries.append(copy.deepcopy(entry(len(self.entries) + 1, kind, step, **said)))
        self.books.append(copy.deepcopy(self._now))

    def _begin(self, verb: str | None, state: dict[str, Any]) -> int:
        self.steps += 1
        operation = {"operation": {"resource": state, "type": verb}} if verb else {}
        if verb == "creating":
            self._now.creating.add(state["id"])
        self._say(0, self.steps, **operation)
        self._now.creating.discard(state["id"])
        return self.steps

    def _state(self, name: str) -> dict[str, Any]:
        """What the program registers: it may depend on whatever it has registered before."""
        among = sorted(self.made)
        after = self.chance.sample(among, self.chance.randint(0, min(2, len(among))))
        deleted_with = self.chance.choice([None, *among])
        value = f"{self.chance.random()}"
        return resource(
            name,
            inputs={"value": value},
            **({"dependencies": [urn(each) for each in after]} if after else {}),
            **({"deletedWith": urn(deleted_with)} if deleted_with else {}),
        )

    def _register(self, state: dict[str, Any], step: int) -> None:
        name = state["id"]
        self.made[name], self.states[name] = step, state
        self._now.items.add((name, state["inputs"]["value"], False, False))

    def _forget(self, name: str) -> None:
        """It exists no more as it was."""
        self._now.items -= {item for item in self._now.items if item[0] == name}

    def _create(self) -> None:
        state = self._state(f"{self.prefix}{self.steps}")
        step = self._begin("creating", state)
        self._register(state, step)
        self._say(1, step, state=state)

    def _same(self) -> None:
        self._take(None)

    def _update(self) -> None:
        self._take("updating")

    def _take(self, verb: str | None) -> None:
        """The program comes to something that exists."""
        if not self.left:
            return
        name = self.chance.choice(sorted(self.left))
        state, place = self._state(name), self.left.pop(name)
        if verb is None:
            state = {**state, "inputs": self.old[place]["inputs"]}
        step = self._begin(verb, state)
        self._forget(name)
        self._register(state, step)
        self._say(1, step, state=state, removeOld=place)

    def _replace(self) -> None:
        """Made anew, and the old one is deleted later."""
        if not self.left:
            return
        name = self.chance.choice(sorted(self.left))
        state, place = self._state(name), self.left.pop(name)
        step = self._begin("creating", state)
        value = self.old[place]["inputs"]["value"]
        self._now.items.discard((name, value, False, False))
        self._now.items.add((name, value, True, False))
        self._register(state, step)
        self.deleting[name] = place
        self._say(1, step, state=state, deleteOld=place)

    def _replace_after_delete(self) -> None:
        if self.waiting and self.chance.random() < 0.7:
            name = self.chance.choice(sorted(self.waiting))
            state, place = self._state(name), self.waiting.pop(name)
            step = self._begin("creating", state)
            self._forget(name)
            self._register(state, step)
            self._say(1, step, state=state, removeOld=place)
        elif self.left:
            name = self.chance.choice(sorted(self.left))
            place = self.left.pop(name)
            step = self._begin("deleting", self.old[place])
            value = self.old[place]["inputs"]["value"]
            self._now.items.discard((name, value, False, False))
            self._now.items.add((name, value, False, True))
            self.waiting[name] = place
            self._say(1, step, pendingReplacementOld=place)

    def _outputs(self) -> None:
        if not self.made:
            return
        name = self.chance.choice(sorted(self.made))
        self.steps += 1
        state = {**self.states[name], "outputs": {"said": self.steps}}
        self.states[name] = state
        self._say(4, self.steps, state=state, removeNew=self.made[name])

    def _fail(self) -> None:
        state = self._state(f"f{self.steps}")
        step = self._begin("creating", state)
        self._say(2, step, state=state)

    def _begin_only(self) -> None:
        state = self._state(f"p{self.steps}")
        self._begin("creating", state)
        self._now.creating.add(state["id"])

    def _delete(self) -> None:
        """Of what is to be deleted, or what the program has not come to and nobody else needs."""
        needed = {
            needed
            for place in (self.left | self.waiting | self.deleting).values()
            for needed in (
                *self.old[place].get("dependencies", ()),
                self.old[place].get("deletedWith"),
            )
        }
        free = {name: place for name, place in self.left.items() if urn(name) not in needed}
        among = {**free, **self.deleting}
        if not among:
            return
        name = self.chance.choice(sorted(among))
        place = among[name]
        step = self._begin("deleting", self.old[place])
        marked = self.deleting.pop(name, None) is not None
        self.left.pop(name, None)
        value = self.old[place]["inputs"]["value"]
        self._now.items.discard((name, value, marked, False))
        self._say(1, step, removeOld=place)

    def _read_back(self) -> None:
        """Some of it has changed meanwhile, and some of it is gone."""
        found = []
        for place, state in enumerate(self.old):
            self.steps += 1
            self._say(0, self.steps)
            fate = self.chance.random()
            if fate < 0.2:
                self._forget(state["id"])
                self._say(3, self.steps, removeOld=place, isRefresh=True)
                continue
            seen = {**state, "inputs": {"value": f"seen {fate}"}} if fate < 0.5 else state
            self._forget(state["id"])
            self._now.items.add((state["id"], seen["inputs"]["value"], False, False))
            self._say(3, self.steps, removeOld=place, isRefresh=True, state=seen)
            found.append(seen)
        self._say(7)
        self.old = found
        self.left = {state["id"]: place for place, state in enumerate(found)}
