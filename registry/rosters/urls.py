"""Addresses of the desk "Nhập danh sách", under /danh-sach/nhap/."""

from django.urls import path

from registry.rosters import apply_views, column_views, list_views, review_views, upload_views

urlpatterns = [
    path("", list_views.rosters, name="rosters"),
    path("moi/", upload_views.roster_new, name="roster_new"),
    path("mau/", list_views.roster_template, name="roster_template"),
    path("<uuid:public_id>/", list_views.roster, name="roster"),
    path("<uuid:public_id>/tien-do/", list_views.roster_progress, name="roster_progress"),
    path("<uuid:public_id>/cot/", column_views.roster_columns, name="roster_columns"),
    path("<uuid:public_id>/dong/", review_views.roster_rows, name="roster_rows"),
    path("<uuid:public_id>/dong/<int:number>/", review_views.roster_row, name="roster_row"),
    path("<uuid:public_id>/quyet-dinh/", review_views.roster_decide, name="roster_decide"),
    path("<uuid:public_id>/duyet/", apply_views.roster_approve, name="roster_approve"),
    path("<uuid:public_id>/chua-ghi/", apply_views.roster_failing, name="roster_failing"),
    path("<uuid:public_id>/hoan-tac/", apply_views.roster_take_back, name="roster_take_back"),
    path("<uuid:public_id>/bo/", list_views.roster_drop, name="roster_drop"),
]
