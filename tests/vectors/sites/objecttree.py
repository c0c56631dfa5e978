"""A tree of controllers, below any path, with all that a tree may have."""

from kirsch import Application, Controller, Mapper, Redirect
from kirsch.dispatch import ByMethod, Mounts, at, tree


class Inner(Controller):
    def index(self):
        return "index of inner"

    def parts(self, *parts):
        return "/".join(parts)

    def leaf(self):
        return "leaf"

    def address(self):
        return self.url("outer.default", rest=["extra"])


class Outer(Controller):
    inner = Inner

    def index(self):
        return "index of outer"

    def my_method(self):
        return f"my_method at {self.request.path_info}"

    def default(self, *rest):
        return f"default of outer: {'|'.join(rest)}"


class NoIndex(Controller):
    def default(self, *rest):
        raise Redirect(self.url("no_index.contact"))

    def contact(self):
        return "contact"


class Things(ByMethod):
    def get(self):
        return "things"

    def post(self, thing: str):
        return f"new {thing}"


@at("{id:int}")
class User(ByMethod):
    def get(self, id: int):
        return f"user {id}"

    def put(self, id: int, name: str):
        return f"user {id} is {name}"

    def delete(self, id: int):
        return f"user {id} is gone"


class Users(ByMethod):
    user = User

    def get(self):
        return "users"

    def post(self, name: str):
        return f"new user {name}"


@at("{b}")
class Pair(Controller):
    def index(self, a, b):
        return f"a:{a},b:{b}"

    def delete(self, a, b):
        return f"deleting {a} and {b}"


@at("{a}")
class Single(Controller):
    pair = Pair

    def index(self, a):
        return f"a:{a}"


class Popped(Controller):
    """Its path goes on with one word, or two, unless the word is known."""

    single = Single

    def index(self):
        return "no word"

    def hi(self):
        return "hi is no word"


class Root(Controller):
    outer = Outer
    no_index = NoIndex
    things = Things
    users = Users
    popped = Popped

    def index(self, name="world"):
        return name

    def foobar(self):
        return "bar"

    def other(self):
        return "other"

    def extra(self, *parts):
        return "|".join(parts)

    @at("Von Bülow", "von-buelow")
    def person(self, number=None):
        return f"number {number}"

    @at("base", "1", "2")
    def base(self):
        return "several names"

    @at("report.xml")
    def report(self):
        return "<report/>"

    @at("{year:int}-{month:int}.html")
    def archive(self, year: int, month: int):
        return f"{year}, {month}"

    def print_(self):
        return "print"

    def class_(self):
        return "class"

    def get(self, number):
        return f"document {number}"

    def back(self):
        raise Redirect(self.url("outer"), 302)

    def default(self, *rest):
        return f"default: {'|'.join(rest)}"

    def _hidden(self):
        return "hidden"

    not_a_controller = "text"


class Isolated(Controller):
    def index(self):
        return "made it"


class Numbered(Controller):
    def new_page(self):
        return "new page"

    def index(self, page: int = 1, /):
        return f"page {page}"


def site(root, slashes, **options):
    mapper = Mapper()
    tree(mapper, "/", root, **options)
    return Application(mapper, config={"tools": {"trailingslash": {"on": slashes}}})


def make(below="", slashes=False):
    """The tree below a path, and beside it one that has nothing but its index, and one with hyphens."""
    others = {"/isolated": site(Isolated, slashes), "/numbered": site(Numbered, slashes, separators="-_.")}
    return Mounts({below or "/": site(Root, slashes), **others})
