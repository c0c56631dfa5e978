"""A site to visit, without a framework in between."""

import pytest

from kirsch.testing import Client

PAGE = """<!doctype html>
<form id="search"><input name="q" value="old"><input type="submit" value="Search"></form>
<form id="edit" method="post" action="save?draft=1">
  <input type="hidden" name="csrf_token" value="abc">
  <input name="title" value="&lt;Back &amp; forth&gt;">
  <textarea name="text">
first
</textarea>
  <select name="genre"><option value="">-<option value="1">Rock<option value="2" selected>Pop</select>
  <select name="tags" multiple><option selected>a</option><option>b</option><option selected>c</option></select>
  <input type="checkbox" name="live" value="1"><input type="checkbox" name="new" checked>
  <input type="radio" name="size" value="s"><input type="radio" name="size" value="m" checked>
  <input name="off" value="x" disabled><fieldset disabled><input name="shut" value="x"></fieldset>
  <button name="do" value="save">Save  it</button><button name="do" value="drop">Drop</button>
  <button type="button">No</button>
</form>
<input name="far" value="away" form="edit">
<form id="upload" method="post" enctype="multipart/form-data"><input type="file" name="cover"><input name="note"></form>
"""


class Site:
    """A WSGI application that keeps what it was asked and answers as it is told."""

    def __init__(self):
        self.asked = []
        self.closed = 0
        self.answers = {}

    def __call__(self, environ, start_response):
        environ["body"] = environ["wsgi.input"].read()
        self.asked.append(environ)
        status, headers, body = self.answers.get(environ["PATH_INFO"], ("200 OK", [], b""))
        start_response(status, [("Content-Type", "text/html; charset=utf-8"), *headers])
        return Body(self, body)

    @property
    def last(self):
        """The environ of the last request."""
        return self.asked[-1]


class Body(list):
    """A body that says when it was closed."""

    def __init__(self, site, body):
        super().__init__([body])
        self.site = site

    def close(self):
        """Count."""
        self.site.closed += 1


@pytest.fixture
def site():
    """A site with a page of forms at /albums/1/edit."""
    site = Site()
    site.answers["/albums/1/edit"] = ("200 OK", [], PAGE.encode())
    return site


@pytest.fixture
def client(site):
    """A visitor of the site."""
    return Client(site)
