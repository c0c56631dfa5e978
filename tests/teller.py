"""A provider of OpenID over a real socket that tells what a test has it tell, and a site that asks it."""

import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from kirsch import Application, Controller, Mapper
from kirsch.server import Server
from kirsch.testing import Client

KEY, SITE, PROGRAM = "0123456789abcdef", "the-site", {"Accept": "application/json"}
OURS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
NEXT = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve"})


class Teller:
    """A provider over a real socket that answers what a test has it say."""

    def __init__(self):
        self.server = Server(self, port=0)
        self.server.prepare()
        self.thread = threading.Thread(target=self.server.serve)
        self.thread.start()
        self.issuer = f"http://127.0.0.1:{self.server.bound[1]}"
        self.begin()

    def begin(self):
        """Tell nothing but the truth."""
        self.keys, self.asked, self.about, self.token, self.answers = [OURS], [], {}, None, {}
        self.signer, self.header, self.claims = OURS, {"alg": "RS256", "kid": "one"}, {}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        self.asked.append(path)
        form = parse_qs(environ["wsgi.input"].read().decode())
        answer = self.answers.get(path) or ("200 OK", json.dumps(self.tell(path, form)).encode())
        start_response(answer[0], [("Content-Type", "application/json"), ("Content-Length", str(len(answer[1])))])
        return [answer[1]]

    def tell(self, path, form):
        if path == "/.well-known/openid-configuration":
            place = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return {"issuer": self.issuer, **place, **self.about}
        if path == "/jwks_uri":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        self.form = form
        return {"access_token": "x", "id_token": self.token or self.made()}

    def made(self):
        now = int(time.time())
        usual = {"iss": self.issuer, "sub": "ada", "aud": SITE, "exp": now + 60, "iat": now, "nonce": self.nonce}
        changed = {name: value(now) if callable(value) else value for name, value in self.claims.items()}
        claims = {name: value for name, value in (usual | changed).items() if value is not None}
        return jwt.encode(self.header, claims, self.signer, algorithms=[self.header["alg"]])

    def close(self):
        self.server.stop()
        self.thread.join(10)


class Pages(Controller):
    def index(self):
        return self.request.take("user").name


def make_client(teller, others=None, /, **options):
    """A visitor of a site that asks *teller*; *others* are more of its tools."""
    mapper = Mapper()
    mapper.connect("/index", controller=Pages, action="index")
    oidc = {"issuer": teller.issuer, "client_id": SITE, **options}
    tools = {"sessions": {}, "csrf": {}, "oidc": oidc, **(others or {})}
    return Client(Application(mapper, config={"site.secret_key": KEY, "tools": tools}))


def come_back(client, teller, extra="", begin="/login", back="/login/back", **changed):
    """Begin to sign in, and come back with what the provider would send."""
    sent = parse_qs(urlsplit(client.get(begin).location).query)
    teller.nonce = sent["nonce"][0]
    values = {"state": sent["state"][0], "code": "c0de", **changed}
    return client.get(f"{back}?" + "&".join(f"{name}={value}" for name, value in values.items()) + extra)
