"""The pages that developers see: of an unexpected error, and of a URL that no route answers."""

from kirsch.debug.missing import missing
from kirsch.debug.page import debug_page

__all__ = ["debug_page", "missing"]
