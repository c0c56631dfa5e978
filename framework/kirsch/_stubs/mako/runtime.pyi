from typing import Any

from mako.util import FastEncodingBuffer

class Context:
    def __init__(self, buffer: FastEncodingBuffer, **data: Any) -> None: ...
    def __getitem__(self, key: str) -> Any: ...
