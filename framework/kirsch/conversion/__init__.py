"""What clients send as values of Python's types: texts, members of JSON, and records made of them.

:mod:`~kirsch.conversion.annotations` reads annotations, once, at start; nothing of this loads a library of models: the
annotations of those who use one bring it along.
"""
