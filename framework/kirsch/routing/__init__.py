"""Routing: a table of routes that finds actions for URLs and URLs for actions."""

from kirsch.routing.converters import CONVERTERS, Converter, RouteError
from kirsch.routing.explain import Attempt, explain, nearest
from kirsch.routing.mapper import Mapper, Match
from kirsch.routing.parts import Part
from kirsch.routing.route import Route

__all__ = ["CONVERTERS", "Attempt", "Converter", "Mapper", "Match", "Part", "Route", "RouteError", "explain", "nearest"]
