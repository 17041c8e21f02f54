"""Migrate an empty database in half the time: `python -m tests.migrating`, for the template of tests/template.py.

Django draws a model and all its relatives anew after each operation. Where only an index, a constraint or a trigger
came or went, nobody looks at the drawing; those are half of our operations.
"""

import os

import django
from django.core.management import call_command
from django.db.migrations.state import ProjectState
from pgtrigger import migrations as triggers


def leave_the_drawing() -> None:
    """Write indexes and constraints into the model as it is drawn already; a trigger shows nowhere."""
    reload_model = ProjectState.reload_model

    def noted(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in vars(state):
            return
        options = state.models[app_label, model_name.lower()].options
        drawn = state.apps.get_model(app_label, model_name)._meta
        drawn.indexes, drawn.constraints = list(options.get("indexes", [])), list(options.get("constraints", []))

    def quietly(change):
        def changed(*args, **kwargs):
            ProjectState.reload_model = noted
            try:
                change(*args, **kwargs)
            finally:
                ProjectState.reload_model = reload_model

        return changed

    for owner, name in (
        (ProjectState, "_append_option"),
        (ProjectState, "_remove_option"),
        (triggers.AddTrigger, "state_forwards"),
        (triggers.RemoveTrigger, "state_forwards"),
    ):
        setattr(owner, name, quietly(getattr(owner, name)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    leave_the_drawing()
    call_command("migrate", verbosity=0)
