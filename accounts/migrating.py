"""Operations of migrations that cost less than those they come from."""

from django.db.migrations.state import ProjectState
from pgtrigger import migrations as triggers


class AddTrigger(triggers.AddTrigger):
    """As pgtrigger's, without drawing the model and its relatives anew: a trigger shows nowhere in the drawing."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]
