"""Views of one card or paper and of its images. An image is shown on request only, and every showing is written."""

import uuid
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry.models import DocumentImage, IdentityDocument
from registry.papers import image as images
from registry.papers.image import MOST_IMAGES, ImageRefused
from registry.residents.masking import shown_number

DOCUMENTS = IdentityDocument.objects.select_related("resident__commune__parent")
IMAGES = DocumentImage.objects.select_related("document__resident__commune__parent", "added_by")


@desk(Right.RESIDENT_VIEW)
def paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    document = find(request, DOCUMENTS, public_id)
    person = document.resident
    record(request, Action.VIEW, target=person, sentence=f"Xem {document.kind_name.lower()} của {person.audit_label()}")
    return _show(request, document)


@require_POST
@desk(Right.RESIDENT_WRITE)
def image_add(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    document = find(request, DOCUMENTS, public_id)
    upload = request.FILES.get("image")
    try:
        if upload is None:
            raise ImageRefused("Chọn tệp ảnh.")
        _, is_new = images.add(document, cast(BinaryIO, upload), by=request.user)
    except ImageRefused as refused:
        return _show(request, document, refused=str(refused), status=422)
    messages.success(request, "Đã thêm ảnh." if is_new else "Ảnh này đã có.")
    return redirect("registry:paper", document.public_id)


@desk(Right.SENSITIVE_VIEW)
def image_show(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The picture itself. Only pixels we drew; the browser may neither keep it nor take it for anything else."""
    image = find(request, IMAGES, public_id)
    document = image.document
    sentence = f"Xem ảnh {document.kind_name.lower()} của {document.resident.audit_label()}"
    record(request, Action.REVEAL, target=document.resident, sentence=sentence)
    answer = HttpResponse(bytes(image.jpeg), content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="anh-giay-to.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
    return answer


@require_POST
@desk(Right.RESIDENT_WRITE)
def image_remove(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    image = find(request, IMAGES, public_id)
    document = image.document
    try:
        images.remove(image, by=request.user, reason=request.POST.get("reason", ""))
    except ImageRefused as refused:
        return _show(request, document, refused=str(refused), status=422)
    messages.success(request, "Đã xóa ảnh.")
    return redirect("registry:paper", document.public_id)


def _show(request: OfficerRequest, document: IdentityDocument, *, refused: str = "", status: int = 200) -> HttpResponse:
    may_see = request.user.can(Right.SENSITIVE_VIEW)
    kept = list(document.images.defer("jpeg").select_related("added_by")) if may_see else []
    context = {
        "document": document,
        "resident": document.resident,
        "number": shown_number(document.number, request.user),
        "images": kept,
        "may_see": may_see,
        "may_add": request.user.can(Right.RESIDENT_WRITE) and len(kept) < MOST_IMAGES,
        "refused": refused,
    }
    return render(request, "registry/papers/paper.html", context, status=status)
