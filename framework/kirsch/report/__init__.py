"""What an application consists of, as plain text for people: its routes, plans and settings."""

from kirsch.report.origins import explain_setting
from kirsch.report.plans import plan
from kirsch.report.routes import explain, routes
from kirsch.report.settings import config

__all__ = ["config", "explain", "explain_setting", "plan", "routes"]
