"""What a tool is called in configuration."""

from kirsch.tool import Tool
from kirsch.tools import known_tools


def tool_name(tool: Tool) -> str:
    """The word that switches *tool* on; its class name where no entry point knows it."""
    place = f"{type(tool).__module__}:{type(tool).__qualname__}"
    return next((name for name, known in known_tools().items() if known == place), type(tool).__name__.lower())
