"""The tests that every resource passes; a site's own tests inherit them.

::

    class TestAlbums(ResourceTests):
        model = Album
        path = "/albums"
        values = staticmethod(album_values)

They take two fixtures: ``client``, a :class:`kirsch.testing.Client` of the site, and ``db``, a session on its database.
"""

from kirsch.crud.testing.resources import ResourceTests
from kirsch.crud.testing.views import ViewTests

__all__ = ["ResourceTests", "ViewTests"]
