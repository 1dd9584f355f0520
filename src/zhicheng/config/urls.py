"""Addresses: the API under /api/, everything else is pages."""

from django.urls import include, path

urlpatterns = [path("", include("zhicheng.web.urls"))]
