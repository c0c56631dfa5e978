"""Routing: a table of routes that finds actions for URLs and URLs for actions."""

from kirsch.routing.explain import explain
from kirsch.routing.mapper import Mapper, Match
from kirsch.routing.parts import CONVERTERS, Converter, Part, RouteError
from kirsch.routing.route import Route

__all__ = ["CONVERTERS", "Converter", "Mapper", "Match", "Part", "Route", "RouteError", "explain"]
