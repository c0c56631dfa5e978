"""Django: its own ORM and templates, signed-cookie sessions.

The small app has no middleware at all, the full one ``CommonMiddleware`` (which sets Content-Length); sessions and
conditional answers are switched on for the one view that needs them.
"""

import random

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from .contract import DATABASE, EXTRA_FORTUNE, HELLO, SECRET, STATIC_DIR, TEMPLATE_DIR, WORLD_ROWS, clamp, drain

DATABASE_SETTINGS = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATABASE),
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    },
}


def plaintext(request):
    return HttpResponse(HELLO, content_type="text/plain; charset=utf-8")


def json_page(request):
    return JsonResponse({"message": HELLO})


def hello(request, name):
    return HttpResponse(f"Hello, {name}!", content_type="text/plain; charset=utf-8")


urlpatterns = [path("plaintext", plaintext), path("json", json_page), path("hello/<name>", hello)]


def full_patterns():
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.db import models, transaction
    from django.shortcuts import render
    from django.utils.decorators import decorator_from_middleware
    from django.views.decorators.http import conditional_page
    from django.views.static import serve

    class World(models.Model):
        randomNumber = models.IntegerField(db_column="randomNumber")  # noqa: N815  # the name the column has

        class Meta:
            app_label, db_table = "bench", "world"

        def as_dict(self):
            return {"id": self.id, "randomNumber": self.randomNumber}

    class Fortune(models.Model):
        message = models.CharField(max_length=2048)

        class Meta:
            app_label, db_table = "bench", "fortune"

    def fortunes(request):
        rows = [*Fortune.objects.all(), Fortune(id=0, message=EXTRA_FORTUNE)]
        rows.sort(key=lambda row: row.message)
        return render(request, "fortunes.html", {"fortunes": rows})

    def db(request):
        return JsonResponse(World.objects.get(id=random.randint(1, WORLD_ROWS)).as_dict())

    def ids(request):
        return random.sample(range(1, WORLD_ROWS + 1), clamp(request.GET.get("n")))

    def queries(request):
        return JsonResponse([World.objects.get(id=i).as_dict() for i in ids(request)], safe=False)

    def updates(request):
        # As in SQLAlchemy's session: the reads one by one, the writes in one batch.
        with transaction.atomic():
            rows = [World.objects.get(id=i) for i in sorted(ids(request))]
            for row in rows:
                row.randomNumber = row.randomNumber % WORLD_ROWS + 1
            World.objects.bulk_update(rows, ["randomNumber"])
        return JsonResponse([row.as_dict() for row in rows], safe=False)

    @require_POST
    def form(request):
        return JsonResponse(request.POST.dict())

    @require_POST
    def upload(request):
        return JsonResponse({"size": drain(request.FILES["file"])})

    @decorator_from_middleware(SessionMiddleware)
    def counter(request):
        count = request.session["count"] = request.session.get("count", 0) + 1
        return HttpResponse(f"count={count}", content_type="text/plain; charset=utf-8")

    @conditional_page
    def static(request, filename):
        return serve(request, filename, document_root=STATIC_DIR)

    return [
        path("fortunes", fortunes),
        path("db", db),
        path("queries", queries),
        path("updates", updates),
        path("form", form),
        path("upload", upload),
        path("counter", counter),
        path("static/<path:filename>", static),
    ]


def make_app(full):
    if not full:
        return application()
    app = application(
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        DATABASES={"default": DATABASE_SETTINGS},
    )
    urlpatterns.extend(full_patterns())
    return app


def application(**options):
    """Django as WSGI application; *options* go over the settings it has here in every size."""
    always = {
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": ["*"],
        "DEBUG": False,
        "ROOT_URLCONF": __name__,
        "MIDDLEWARE": [],
        "USE_I18N": False,
        "USE_TZ": False,
        "LOGGING_CONFIG": None,
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(TEMPLATE_DIR)]}],
    }
    settings.configure(**always | options)
    django.setup()
    return get_wsgi_application()
