"""What goes wrong in a test before the site is even asked."""

from kirsch.errors import KirschError


class TestingError(KirschError, AssertionError):
    """The test asks for something that is not there; the message lists what is."""

    __test__ = False  # pytest collects classes called Test...
