"""Forms that say PUT, PATCH and DELETE."""

from kirsch import Application, Controller, Mapper


class Books(Controller):
    def create(self, title: str = ""):
        return f"created {title}"

    def update(self, id: int, title: str = ""):
        return f"{self.request.method} {id} {title}"

    def destroy(self, id: int):
        return f"destroyed {id}"


def make(on=True):
    """Books that can be made, changed and thrown away."""
    mapper = Mapper()
    with mapper.submapper(controller=Books) as books:
        books.connect("/books", action="create", conditions={"method": ["POST"]})
        books.connect("/books/{id:int}", action="update", conditions={"method": ["PUT", "PATCH"]})
        books.connect("/books/{id:int}", action="destroy", conditions={"method": ["DELETE"]})
    return Application(mapper, config={"tools.methodoverride": {"on": on}})
