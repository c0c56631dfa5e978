"""The page that developers see of an unexpected error."""

from kirsch.debug.page import debug_page

__all__ = ["debug_page"]
