"""Addresses: the API under /api/v1/, everything else is pages."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("zhicheng.api.urls")), path("", include("zhicheng.web.urls"))]
