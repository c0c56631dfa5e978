"""A site for a database that exists: from its description to the schema the generator writes, and what stays out."""

from __future__ import annotations

from kirsch_scaffold.fromdb.decisions import Found, decide
from kirsch_scaffold.fromdb.site import absolute_url, site_plan
from kirsch_scaffold.fromdb.summary import summary

__all__ = ["Found", "absolute_url", "decide", "site_plan", "summary"]
