"""Testing a site without a server: a client that calls the application, and bounds on its database queries."""

from kirsch.testing.client import Answer, Client
from kirsch.testing.errors import TestingError
from kirsch.testing.forms import Form
from kirsch.testing.queries import assert_queries

__all__ = ["Answer", "Client", "Form", "TestingError", "assert_queries"]
