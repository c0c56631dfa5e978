"""The page of `tools.statistics`: what the site does, and what its memory holds."""

from typing import Any, ClassVar

from markupsafe import Markup

from kirsch.seeing.panel import Amount, Panel, cards, document, seconds, size, table


class Statistics(Panel):
    """Requests by action, those that run, those that were slow, and the memory of this process."""

    name = "statistics"
    source = "statistics"
    tools_needed: ClassVar = {"statistics": "tools.statistics; switch it on for the site, by [tools.statistics]"}
    commands: ClassVar = {
        "reset": lambda tool: tool.reset(),
        "pause": lambda tool: setattr(tool, "paused", True),
        "resume": lambda tool: setattr(tool, "paused", False),
        "mark": lambda tool: tool.growth.mark(),
        "trace": lambda tool: tool.growth.trace(True),
        "untrace": lambda tool: tool.growth.trace(False),
    }

    def _shown(self, source: Any) -> Any:
        memory = self.request.GET.get("part") == "memory"
        found = source.growth.told() if memory else source.summary(self.request)
        if self.wants_json():
            return self.json(found)
        return self._memory(found) if memory else self._figures(found)

    def _figures(self, found: dict[str, Any]) -> Markup:
        process = found["process"]
        commands = self.buttons("reset", "resume" if process["paused"] else "pause")
        state = "Nothing is counted at the moment." if process["paused"] else f"Since {process['counted_since']}."
        parts = [
            Markup("<h1>Statistics of {}</h1><p>Process {}. {}</p>").format(
                self.request.application.name, process["pid"], state
            ),
            links("figures"),
            commands,
            cards("Requests", requests(found["requests"])),
            table("Actions", ACTIONS, [action(row) for row in found["actions"]], "Nothing has been asked for."),
            table("At work", ("thread", "for", "request", "action"), [at_work(row) for row in found["running"]]),
            table("Slow", ("took", "at", "request", "action", "status", "id"), [slow(row) for row in found["slow"]]),
            cards("Server", found["server"]),
            cards("Process", process_cards(process)),
            *(cards(name, figures) for name, figures in found["tools"].items()),
        ]
        return document("Statistics", Markup("").join(parts))

    def _memory(self, found: dict[str, Any]) -> Markup:
        tracing = found["tracing"]
        about = {
            "resident": size(found["resident"]),
            "objects": f"{found['objects']:,}",
            "blocks": f"{found['blocks']:,}",
            "uncollectable": found["uncollectable"],
            "collections": " · ".join(map(str, found["collections"])),
        }
        since = "since the mark" if found["marked"] else "since now: set a mark, let the site work, look again"
        parts = [
            Markup("<h1>Memory of {}</h1><p>Growth is counted {}.</p>").format(self.request.application.name, since),
            links("memory"),
            self.buttons("mark", "untrace" if tracing else "trace"),
            cards("This process", about),
            table("Lines of code, by the bytes they hold", ("bytes", "blocks", "line"),
                  [(size(row["bytes"]), row["count"], row["place"]) for row in found["lines"]],
                  "Trace to see where memory is taken; everything takes several times as long meanwhile."),
            table("Objects by class", ("more", "objects", "class"),
                  [(Amount(f"{row['grown']:+,}"), Amount(f"{row['count']:,}"), row["name"]) for row in found["kinds"]]),
        ]  # fmt: skip
        return document("Memory", Markup("").join(parts))


ACTIONS = ("action", "count", "statuses", "mean", "min", "median", "90 %", "99 %", "max", "total", "received", "sent")


def links(current: str) -> Markup:
    """The pages, and the figures as JSON."""
    pages = {"figures": "?", "memory": "?part=memory"}
    made = Markup("").join(
        Markup('<a href="{}"{}>{}</a>').format(
            where, Markup(' aria-current="page"') if name == current else "", name.capitalize()
        )
        for name, where in pages.items()
    )
    data = "?format=json" if current == "figures" else "?part=memory&format=json"
    return Markup('<nav>{}<a href="{}">JSON</a></nav>').format(made, data)


def requests(found: dict[str, Any]) -> dict[str, Any]:
    """The figures of all actions together."""
    return {
        "answered": f"{found['count']:,}", "per second": found["per_second"], "errors": found["errors"],
        "at work": found["running"], "received": size(found["received"]), "sent": size(found["sent"]),
    }  # fmt: skip


def action(row: dict[str, Any]) -> list[Any]:
    """One action."""
    statuses = Markup(" ").join(
        Markup('<span class="bad">{}×{}</span>' if status[0] == "5" else "{}×{}").format(count, status)
        for status, count in row["statuses"].items()
    )
    times = [seconds(row[word]) for word in ("mean", "min", "p50", "p90", "p99", "max", "total")]
    return [row["action"], row["count"], statuses, *times, size(row["received"]), size(row["sent"])]


def at_work(row: dict[str, Any]) -> list[Any]:
    """A request that is worked on."""
    return [row["thread"], seconds(row["seconds"]), f"{row['method']} {row['path']}", row["action"]]


def slow(row: dict[str, Any]) -> list[Any]:
    """A request that was slow."""
    return [
        seconds(row["seconds"]), row["time"], f"{row['method']} {row['path']}", row["action"], row["status"], row["id"]
    ]  # fmt: skip


def process_cards(process: dict[str, Any]) -> dict[str, Any]:
    """The process that answers."""
    return {
        "number": process["pid"], "running for": seconds(process["seconds"]), "Python": process["python"],
        "threads": process["threads"], "memory": size(process["memory"]) if process["memory"] else "unknown",
        "collections": " · ".join(map(str, process["collections"])),
    }  # fmt: skip
