"""What follows a commune into its successor: no table is forgotten."""

from django.apps import apps

from accounts.models import Unit
from registry.addresses import followers

# Relations that need no follower, each with its reason.
BY_HAND = {
    "accounts.Officer.unit",  # moving.py, one line of the trail each
    "registry.Resident.commune",
    "registry.Residence.unit",
    "registry.Household.commune",
    "registry.Hamlet.commune",
}
WITH_THE_PERSON = {  # the database takes them along (registry/models/own_commune.py)
    "registry.IdentityDocument.commune",
    "registry.DuplicatePair.left_commune",
    "registry.DuplicatePair.right_commune",
    "registry.Finding.commune",
    "cards.EidAccount.commune",
}
KEEPS_ITS_OLD_NAME = {
    "accounts.Unit.parent",  # the table of units itself
    "accounts.UnitSuccessor.old",
    "accounts.UnitSuccessor.new",
    "registry.Resident.birth_registration_unit",  # as registered (facts.md section 6)
    "registry.Resident.home_town_unit",
    "registry.Job.commune",  # work of one night, done
    "registry.RosterSource.commune",  # how an office names where its lists come from; its lists go along
    "registry.ScoreDay.commune",  # how clean it was on a day that is over
    "supervision.FigureDay.unit",  # figures of a day that is over; a renamed unit carries on (supervision/kept.py)
    "supervision.FrozenPeriod.unit",  # as it was told when the period was closed
    "supervision.Report.unit",
    "supervision.Alert.unit",  # ends with the commune; the successor gets its own
}


def test_every_relation_to_a_unit_follows_or_is_excused_by_name():
    pointing = {
        f"{model._meta.label}.{field.name}"
        for app in ("accounts", "registry", "cards", "supervision")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.endswith("Event")
        for field in model._meta.fields
        if field.related_model is Unit
    }
    assert pointing == BY_HAND | WITH_THE_PERSON | KEEPS_ITS_OLD_NAME | set(followers.every())
