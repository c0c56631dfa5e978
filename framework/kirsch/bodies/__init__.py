"""What a request carries, read within bounds: query strings, forms, uploads, JSON, streams.

Nothing of a client's makes this raise anything but an :class:`~kirsch.errors.HTTPError`.
"""

from kirsch.bodies.limits import BodyLimits
from kirsch.bodies.multipart import Part
from kirsch.bodies.received import Received, is_form, is_json, length_of, media_type
from kirsch.bodies.stream import Body
from kirsch.bodies.upload import Upload
from kirsch.bodies.urlencoded import read_query

__all__ = [
    "Body", "BodyLimits", "Part", "Received", "Upload", "is_form", "is_json", "length_of", "media_type", "read_query",
]  # fmt: skip
