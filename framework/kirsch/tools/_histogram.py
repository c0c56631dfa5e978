"""How long things take, in a bounded number of counters."""

import math

#: Counters between a duration and its double: percentiles are right to a tenth.
FINENESS = 4
#: Durations are counted from a microsecond on; what is longer than 2^30 of them, 18 minutes, counts as that.
LONGEST = 30 * FINENESS


class Histogram:
    """Durations, counted."""

    __slots__ = ("buckets", "count", "least", "most", "total")

    def __init__(self) -> None:
        self.buckets: dict[int, int] = {}
        self.count = 0
        self.total = 0.0
        self.least = math.inf
        self.most = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        index = min(int(math.log2(max(seconds, 1e-6) * 1e6) * FINENESS), LONGEST)
        self.buckets[index] = self.buckets.get(index, 0) + 1
        self.count += 1
        self.total += seconds
        self.least = min(self.least, seconds)
        self.most = max(self.most, seconds)

    @property
    def mean(self) -> float:
        """The mean; 0 for nothing."""
        return self.total / self.count if self.count else 0.0

    def percentile(self, part: float) -> float:
        """The seconds that *part* of all took at most (0.5 is the median), to a tenth; 0 for nothing."""
        wanted = math.ceil(self.count * part)
        seen = 0
        for index in sorted(self.buckets):
            seen += self.buckets[index]
            if seen >= wanted:
                middle = 2 ** ((index + 0.5) / FINENESS) / 1e6
                return min(max(middle, self.least), self.most)
        return 0.0
