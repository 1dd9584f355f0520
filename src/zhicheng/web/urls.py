"""Addresses of the pages."""

from django.urls import include, path, register_converter
from django.urls.resolvers import URLPattern, URLResolver

from zhicheng.web import (
    accounts,
    alike,
    attachments,
    cockpit,
    complaint_month,
    document_pages,
    eight_d,
    entry,
    exchange_pages,
    finding,
    form_drafts,
    import_pages,
    listing,
    log_pages,
    messages_page,
    own_account,
    parameter_page,
    public_complaint,
    public_survey,
    publication,
    qdas_page,
    reader,
    record_export,
    record_page,
    review_page,
    sign_in,
    verify_page,
    work,
)
from zhicheng.web.addresses import ProcessConverter

register_converter(ProcessConverter, "process")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.work, name="work"),
    path("login", sign_in.sign_in, name="login"),
    path("logout", sign_in.sign_out, name="logout"),
    path("switch", sign_in.switch, name="switch"),
    path("prove", sign_in.prove_again, name="prove"),
    *own_account.urls,
    *accounts.urls,
    *messages_page.urls,
    path("search", finding.search, name="search"),
    path("i18n/", include("django.conf.urls.i18n")),
    *cockpit.urls,
    *complaint_month.urls,
    *document_pages.urls,
    *reader.urls,
    *publication.urls,
    path("report.report/<str:number>/sign", publication.instead, name="sign_report"),
    *verify_page.urls,
    *review_page.urls,
    *public_complaint.urls,
    *public_survey.urls,
    *log_pages.urls,
    *import_pages.urls,
    path("drafts/<int:pk>/discard", form_drafts.discard, name="discard_draft"),
    path("drafts/<process:process>/<str:act>", form_drafts.keep, name="keep_draft"),
    path("drafts/<process:process>/<str:number>/<str:act>", form_drafts.keep, name="keep_draft"),
    path("core.parameter/", parameter_page.parameter_list, name="parameters"),
    path("<process:process>/", listing.listing, name="list"),
    path("<process:process>/choose", finding.choose, name="choose"),
    path("<process:process>/alike", alike.alike, name="alike"),
    path("<process:process>/export", exchange_pages.export, name="export"),
    path("<process:process>/template", exchange_pages.template, name="template"),
    path("<process:process>/import", exchange_pages.take_in, name="import"),
    path("<process:process>/qdas", qdas_page.take_qdas, name="qdas"),
    path("<process:process>/new", entry.new, name="new"),
    path("<process:process>/<str:number>/", record_page.record_page, name="record"),
    path("<process:process>/<str:number>/pictures", record_page.pictures, name="pictures"),
    path("<process:process>/<str:number>/export.pdf", record_export.record_pdf, name="record_pdf"),
    path("<process:process>/<str:number>/export.xlsx", record_export.record_xlsx, name="record_xlsx"),
    path("<process:process>/<str:number>/8d", eight_d.taken_back, name="eight_d"),
    path(
        "<process:process>/<str:number>/8d.docx", eight_d.handed_out, {"ending": "docx"}, name="eight_d_docx"
    ),
    path(
        "<process:process>/<str:number>/8d.xlsx", eight_d.handed_out, {"ending": "xlsx"}, name="eight_d_xlsx"
    ),
    path("<process:process>/<str:number>/amend", entry.change, name="amend"),
    path("<process:process>/<str:number>/files/<str:sha256>", attachments.attachment, name="attachment"),
    path("<process:process>/<str:number>/<str:act>", entry.step, name="act"),
]
