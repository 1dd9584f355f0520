"""Addresses of the pages."""

from django.urls import include, path, register_converter
from django.urls.resolvers import URLPattern, URLResolver

from zhicheng.web import finding, listing, record_page, sign_in
from zhicheng.web.addresses import ProcessConverter

register_converter(ProcessConverter, "process")

urlpatterns: list[URLPattern | URLResolver] = [
    path("login", sign_in.sign_in, name="login"),
    path("logout", sign_in.sign_out, name="logout"),
    path("switch", sign_in.switch, name="switch"),
    path("search", finding.search, name="search"),
    path("i18n/", include("django.conf.urls.i18n")),
    # cockpit, report reader and verify page: *cockpit.urls, *reader.urls, *verify_page.urls
    path("<process:process>/", listing.listing, name="list"),
    path("<process:process>/choose", finding.choose, name="choose"),
    path("<process:process>/<str:number>/", record_page.record_page, name="record"),
]
