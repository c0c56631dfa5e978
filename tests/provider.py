"""A complete OpenID provider in a process of its own: django-oauth-toolkit, served by the bundled server.

``python provider.py FOLDER PORT BACK...`` keeps its database in FOLDER and knows one site, with these addresses to lead
back to, and one person: ada, with the password lovelace, an editor.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

CLIENT, SECRET = "kirsch-site", "a-secret-of-the-site"
PAGE = '<form method="post">{% csrf_token %}{{ form.as_p }}<button>Sign in</button></form>'


@contextmanager
def running(folder: Path, port: int, *sites: str) -> Iterator[None]:
    """Let the provider run for *sites*, by their addresses."""
    command = [sys.executable, __file__, str(folder), str(port), *sites]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n", (folder / "log").read_text()
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configure(folder: Path, port: int) -> None:
    """Set Django up with accounts and the toolkit, which signs with a key of its own."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (folder / "registration").mkdir(exist_ok=True)
    (folder / "registration" / "login.html").write_text(PAGE)
    settings.configure(
        SECRET_KEY="x" * 50, ALLOWED_HOSTS=["*"], ROOT_URLCONF="provider_urls", LOGIN_URL="/accounts/login/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.sqlite")}},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(folder)], "APP_DIRS": True},
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="provider_session", CSRF_COOKIE_NAME="provider_csrf", USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem, "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "SCOPES": {"openid": "Who you are", "roles": "What you may do"}, "PKCE_REQUIRED": True,
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "OAUTH2_VALIDATOR_CLASS": "provider_claims.Claims",
        },
    )  # fmt: skip
    django.setup()


def fill(back: list[str]) -> None:
    """Make the tables, the site and the person."""
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import Group, User
    from oauth2_provider.models import Application

    ada = User.objects.create_user("ada", password="lovelace")
    ada.groups.add(Group.objects.create(name="editor"))
    Application.objects.create(
        client_id=CLIENT, client_secret=SECRET, client_type="confidential", algorithm="RS256", skip_authorization=True,
        authorization_grant_type="authorization-code", redirect_uris=" ".join(f"{one}/login/back" for one in back),
        post_logout_redirect_uris=" ".join(f"{one}/" for one in back), name="The site",
    )  # fmt: skip


def main(folder: str, port: str, *back: str) -> None:
    """Serve until the process is ended."""
    from kirsch.server import Server

    configure(Path(folder), int(port))
    fill(list(back))
    server = Server(get_wsgi_application(), port=int(port))
    server.prepare()
    print("ready", flush=True)
    server.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
