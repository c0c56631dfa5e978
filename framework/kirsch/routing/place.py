"""Where in the site's own code a route was connected, for messages that can be clicked."""

import re
import sys
from pathlib import Path

import routes

_HERE = Path(__file__).parent
_OWN = (str(_HERE), str(_HERE.parent / "dispatch"), str(Path(routes.__file__).parent))


def calling_place() -> str:
    """File and line of the nearest caller outside the routing code, as in `shop/routes.py:12`."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    return f"{'/'.join(Path(frame.f_code.co_filename).parts[-2:])}:{frame.f_lineno}"


def snake_case(name: str) -> str:
    """`BlogPosts` as `blog_posts`, the name that a controller class goes by."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
