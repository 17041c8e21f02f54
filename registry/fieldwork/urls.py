"""Addresses of the desk, under /di-co-so/."""

from django.urls import path

from registry.fieldwork import list_views, plan_views, print_views, views

urlpatterns = [
    path("", views.sheets, name="field"),
    path("lap-phieu/", views.sheet_new, name="field_new"),
    path("tim/", views.find_code, name="field_find"),
    path("ke-hoach/", plan_views.plan_page, name="field_plan"),
    path("ke-hoach/lap-phieu/", plan_views.plan_make, name="field_plan_make"),
    path("nhan-khau/", plan_views.people, name="field_people"),
    path("viec-sau/", views.to_do, name="field_to_do"),
    path("viec-sau/<uuid:public_id>/xong/", views.to_do_done, name="field_to_do_done"),
    path("<uuid:public_id>/", views.sheet, name="field_sheet"),
    path("<uuid:public_id>/ket-thuc/", views.sheet_finish, name="field_finish"),
    path("<uuid:public_id>/huy/", views.sheet_cancel, name="field_cancel"),
    path("<uuid:public_id>/ban-in/", print_views.prints, name="field_prints"),
    path("<uuid:public_id>/in/", print_views.print_again, name="field_print"),
    path("<uuid:public_id>/in/<int:copy>/", print_views.print_pdf, name="field_pdf"),
    path("<uuid:public_id>/excel/", list_views.list_out, name="field_list"),
    path("<uuid:public_id>/excel/nop/", list_views.list_back, name="field_list_back"),
]
