"""A visitor who opens, sorts, edits, fills in nonsense and deletes everything that a site shows."""

import re
from typing import Any

from kirsch.testing import Client

NONSENSE = ("<b>x</b>", "9" * 30, "\u2603", "2020-13-45", "-5")


def walk(app: Any) -> list[str]:
    """What went wrong on the way through every resource of *app*: answers of 500 and pages that should be there."""
    visitor = _Visitor(Client(app))
    resources = {name: kind for name, kind in sorted(app.controllers.items()) if hasattr(kind, "model")}
    for name in resources:
        visitor.read(f"/{name}")
        visitor.edit(f"/{name}")
    for name in resources:
        visitor.delete(f"/{name}")
    return visitor.faults


class _Visitor:
    """One way through a site."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.faults: list[str] = []

    def get(self, path: str, *expected: int) -> Any:
        answer = self.client.get(path)
        if answer.status_code not in (expected or (200,)):
            self.faults.append(f"{path}: {answer.status_code}")
        return answer

    def submit(self, page: Any, values: dict[str, str], what: str) -> None:
        if (form := _form(page)) is None:
            return
        answer = self.client.submit(page, values, form=page.forms.index(form))
        if answer.status_code not in (303, 409, 422):
            self.faults.append(f"{what}: {answer.status_code}")

    def rows(self, path: str) -> list[str]:
        return [item["_url"] for item in self.get(f"{path}.json").json["items"][:4]]

    def read(self, path: str) -> None:
        page = self.get(path)
        for ending in (".csv", "?q=a%25'&page=2&per_page=10", "?q=5"):
            self.get(path + ending)
        for link in sorted(set(re.findall(r'href="([^"]*[?&;]sort=[^"]*)"', page.text))):
            self.get(link.replace("&amp;", "&"))
        for row in self.rows(path):
            self.get(row)
            self.get(f"{row}.json")

    def edit(self, path: str) -> None:
        new = self.get(f"{path}/new", 200, 404)
        self.submit(new, {}, f"{path}: created empty")
        self.submit(new, _filled(new, "7"), f"{path}: created with 7")
        for row in self.rows(path):
            for value in (None, *NONSENSE):
                page = self.get(f"{row}/edit", 200, 404)
                if page.status_code == 404:
                    break
                self.submit(page, {} if value is None else _filled(page, value), f"{row}: saved with {value!r}")

    def delete(self, path: str) -> None:
        for row in self.rows(path):
            page = self.client.get(f"{row}/delete")
            if page.status_code >= 500:
                self.faults.append(f"{row}/delete: {page.status_code}")
            self.submit(page, {}, f"{row}: deleted")


def _form(page: Any) -> Any:
    found = [form for form in page.forms if form.method == "POST"]
    return found[-1] if found else None


def _filled(page: Any, value: str) -> dict[str, str]:
    form = _form(page)
    fields = form.fields if form is not None else ()
    return {field.name: value for field in fields if field.kind in ("text", "textarea", "number", "date", "time")}
