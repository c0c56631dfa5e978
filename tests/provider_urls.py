"""Where what is, at the provider of `provider.py`."""

from django.contrib.auth import urls as accounts
from django.urls import include, path

urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/", include(accounts)),
]
