"""What goes wrong with a call, as a number and a sentence."""

from kirsch.errors import HTTPError, KirschError

#: The numbers of the "Specification for Fault Code Interoperability" (2001).
UNREADABLE, INVALID, UNKNOWN, WRONG_ARGUMENTS, FAILED = -32700, -32600, -32601, -32602, -32603
#: What an HTTP error says that is nobody's fault but ours.
FAILED_STATUS = 500


class Fault(KirschError):
    """A call that failed, as the caller is told; raise it in a procedure."""

    def __init__(self, code: int, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")

    @property
    def members(self) -> dict[str, int | str]:
        """As XML-RPC names them."""
        return {"faultCode": self.code, "faultString": self.sentence}


def fault_of(error: Exception, identifier: str) -> tuple[Fault, bool]:
    """What the caller is told of *error*, and whether nobody expected it: then no more than where the log has it."""
    if isinstance(error, Fault):
        return error, False
    if isinstance(error, HTTPError) and error.status != FAILED_STATUS:
        return Fault(error.status, error.detail or error.title), False
    return Fault(FAILED, f"Something went wrong on our side. It is in the log as {identifier}."), True
