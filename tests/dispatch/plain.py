"""Small WSGI applications that say what they were asked."""

from wsgiref.validate import validator


def saying(text):
    """An application that says *text*, SCRIPT_NAME, PATH_INFO and the variables of its host, checked on both sides."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain; charset=latin-1")])
        variables = environ.get("kirsch.host_variables", {})
        return [f"{text}|{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}|{variables}".encode("latin-1")]

    return validator(application)
