"""The answers of an application: looking for one, waiting for one, making one for all who wait."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep, time
from typing import Any, NamedTuple

from kirsch.tools._caches.asking import Asked
from kirsch.tools._caches.entries import Entry, Found, Key
from kirsch.tools._caches.flights import Flight, Flights
from kirsch.tools._caches.rules import State, state
from kirsch.tools._caches.store import Store
from kirsch.tools._caches.vary import values_of

#: Seconds between two looks at what another process makes.
PAUSE = 0.02


class Look(NamedTuple):
    """What was found for a request, and under which key."""

    key: Key
    found: Found
    state: State


class Place(NamedTuple):
    """The flight that a request makes for whoever waits."""

    name: Hashable
    flight: Flight
    #: What was got for it from the store, so that no other process makes the same.
    token: str | None


@dataclass
class Turn:
    """It is this request's turn to have the answer made."""

    #: What the answer is kept under, unless it is for everybody.
    own: Key
    look: Look
    #: Why, in the words of RFC 9211.
    why: str = "miss"
    place: Place | None = None
    #: The conditions of the request, which are looked at once the whole answer is known.
    conditions: dict[str, str] = field(default_factory=dict)


class Answers:
    """A store, and what is being made for it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.flights = Flights()

    def look(self, asked: Asked) -> Look:
        """What is kept for a request: under its own key, or for everybody."""
        now, own = time(), asked.own
        found = self.store.find(own, asked.environ)
        mine = Look(own, found, state(found.entry, asked.wanted, now))
        if not own.visitor or mine.state == "fresh" or asked.signed_in:
            return mine
        key = own._replace(visitor="")
        found = self.store.find(key, asked.environ)
        if found.entry is None or not found.entry.shared:
            return mine
        return Look(key, found, state(found.entry, asked.wanted, now))

    def join(self, asked: Asked, look: Look, patience: float) -> Entry | Turn:
        """An entry that may be given by now, or the request's turn to have one made.

        Nobody waits longer than *patience*, nor for an answer that could not be made or kept the last time. Where an
        answer is only stale nobody waits at all.
        """
        until = monotonic() + patience
        while True:
            name = (look.key, look.found.values)
            stale = look.found.entry if look.state == "stale" else None
            why = "miss" if look.found.entry is None else "stale"
            if self.flights.goes_apart(name):
                return stale or Turn(asked.own, look, why)
            flight, ours = self.flights.board(name, patience)
            if ours:
                turn = Turn(asked.own, look, why, Place(name, flight, self.store.lock(name, patience)))
                return self._lead(asked, turn, until)
            if stale is not None:
                return stale
            if not flight.done.wait(max(0.0, until - monotonic())) or flight.entry is None:
                return Turn(asked.own, look, why)
            if flight.fits(asked.environ):
                useful = state(flight.entry, asked.wanted, time()) == "fresh"
                return flight.entry if useful else Turn(asked.own, look, why)
            look = self.look(asked)
            if look.state == "fresh" and look.found.entry is not None:
                return look.found.entry

    def land(self, turn: Turn, entry: Entry | None, names: tuple[str, ...] | None, environ: Mapping[str, Any]) -> None:
        """Let those who wait for this turn go on, with *entry* if they may have it."""
        if turn.place is None:
            return
        name, flight, token = turn.place
        flight.entry, flight.names = entry, names
        flight.values = values_of(names or (), environ)
        self.flights.land(name, flight)
        if token:
            self.store.unlock(name, token)

    def _lead(self, asked: Asked, turn: Turn, until: float) -> Entry | Turn:
        """Make the answer, unless somebody was ready in between, or another process is about to be."""
        name, _, token = turn.place or Place(None, Flight(), None)
        look = self.look(asked)
        while token is None and look.state == "useless" and monotonic() < until and self.store.is_locked(name):
            sleep(PAUSE)
            look = self.look(asked)
        entry = look.found.entry
        if entry is not None and (look.state == "fresh" or (look.state == "stale" and token is None)):
            self.land(turn, entry, None, asked.environ)
            return entry
        turn.look = look
        return turn
