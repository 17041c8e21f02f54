"""The administrator gives an officer a new password: old sessions end, and the trail says who did it."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer


@transaction.atomic
def reset_password(officer: Officer, *, password: str, remove_second_factor: bool, by: Officer) -> None:
    """Set the password, which the officer must change; every open session of the officer ends, for its hash no longer
    fits. Three queries."""
    officer.set_password(password)
    officer.must_change_password = True
    officer.save(update_fields=["password", "must_change_password"])
    sentence = f"Đặt lại mật khẩu của {officer.badge_number} {officer}"
    if remove_second_factor:
        Authenticator.objects.filter(user=officer).delete()
        sentence += ", gỡ xác thực hai lớp"
    record(by, Action.ADMIN, target=officer, sentence=sentence)
