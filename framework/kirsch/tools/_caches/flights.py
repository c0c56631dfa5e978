"""One computation for many who ask at once: the first makes the answer, the others wait for it."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Event, Lock
from time import monotonic
from typing import Any

from kirsch.tools._caches.entries import Entry, Values
from kirsch.tools._caches.vary import values_of

#: Seconds for which nobody waits where an answer could not be kept, or none was made.
APART = 10.0
#: How many addresses are remembered as such.
MOST = 10_000


class Flight:
    """An answer under way."""

    __slots__ = ("begun", "done", "entry", "names", "values")

    def __init__(self) -> None:
        self.begun = monotonic()
        self.done = Event()
        #: The answer, where there is one that everybody who waits may have.
        self.entry: Entry | None = None
        #: The headers that it depends on, if they are known, and their values.
        self.names: tuple[str, ...] | None = None
        self.values: Values = ()

    def fits(self, environ: Mapping[str, Any]) -> bool:
        """Whether a request has the same values of the headers that the answer depends on."""
        return self.names is not None and values_of(self.names, environ) == self.values


class Flights:
    """The answers that are being made in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[Hashable, Flight] = {}
        # By the hashes of names, which may be long: two that are taken for one do not wait for each other, no more.
        self._apart: OrderedDict[int, float] = OrderedDict()

    def goes_apart(self, name: Hashable) -> bool:
        """Whether everybody makes an answer of their own at present, without waiting."""
        until = self._apart.get(hash(name))
        return until is not None and until > monotonic()

    def board(self, name: Hashable, patience: float) -> tuple[Flight, bool]:
        """The flight called *name*, and whether it is ours to make.

        One that is under way for longer than *patience* is lost: somebody else takes over.
        """
        with self._lock:
            flight = self._under_way.get(name)
            if flight is not None and monotonic() - flight.begun < patience:
                return flight, False
            if len(self._under_way) > MOST:
                self._drop_lost(patience)
            flight = self._under_way[name] = Flight()
            return flight, True

    def land(self, name: Hashable, flight: Flight) -> None:
        """Let those who wait go on, with the flight's entry or, where it has none, apart."""
        with self._lock:
            if self._under_way.get(name) is flight:
                del self._under_way[name]
            number = hash(name)
            if flight.entry is not None:
                self._apart.pop(number, None)
            else:
                self._apart[number] = monotonic() + APART
                self._apart.move_to_end(number)
                if len(self._apart) > MOST:
                    self._apart.popitem(last=False)
        flight.done.set()

    def _drop_lost(self, patience: float) -> None:
        """Forget flights whose workers are gone."""
        oldest = monotonic() - patience
        self._under_way = {name: flight for name, flight in self._under_way.items() if flight.begun > oldest}
