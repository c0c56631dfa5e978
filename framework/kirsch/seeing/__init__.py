"""Pages about the site itself, for the tools that see: connect the one you want to a path of your own."""

from kirsch.seeing.metrics import Metrics
from kirsch.seeing.profiles import Profiles
from kirsch.seeing.statistics import Statistics

__all__ = ["Metrics", "Profiles", "Statistics"]
