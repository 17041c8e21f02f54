"""A person's row that names the commune of that person too, so that the rows of a commune are found by an index.

The database keeps the two equal: a trigger writes the commune whenever the row gets its person, and a foreign key over
both columns takes it along when the person's commune changes and refuses every other. The keys stand in the migrations.
"""

import pgtrigger


def commune_follows(person: str = "resident", commune: str = "commune") -> pgtrigger.Trigger:
    """Whatever was written into the column gives way; where nothing was, it is empty in memory until the row is read
    again. The person's row is held until we commit, so that its commune cannot change meanwhile."""
    return pgtrigger.Trigger(
        name=f"{commune}_follows_{person}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(f"{person}_id"),
        func=(
            f"SELECT commune_id INTO NEW.{commune}_id FROM registry_resident"  # noqa: S608 (names of columns)
            f" WHERE id = NEW.{person}_id FOR KEY SHARE; RETURN NEW;"
        ),
    )
