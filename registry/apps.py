from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "Dân cư"

    def ready(self) -> None:
        from registry import draft_fields
        from registry.addresses import followers
        from registry.cleanup import panel as cleanup_panel
        from registry.cleanup import scan
        from registry.duplicates import merge_panel, movers, search_job
        from registry.duplicates import panel as duplicates_panel
        from registry.events import kinds as events
        from registry.family import work as family_work
        from registry.fieldwork import finder as sheet_finder
        from registry.homes import kinds as homes
        from registry.households import kinds as household_kinds
        from registry.jobs import work as jobs
        from registry.numbers import work as numbers_work
        from registry.papers import work as papers_work
        from registry.rosters import panel as roster_panel
        from registry.rosters.out import lists as lists_out
        from registry.scores import history as scores_history

        jobs.register(scan.JOB)
        jobs.register(scores_history.JOB)
        jobs.register(search_job.OF_A_COMMUNE)
        jobs.register(search_job.OF_EVERYBODY)
        draft_fields.sign_up()
        followers.sign_up()
        cleanup_panel.register()
        duplicates_panel.register()
        sheet_finder.register()
        merge_panel.register()
        movers.sign_up()
        household_kinds.register()
        family_work.sign_up()
        numbers_work.sign_up()
        papers_work.sign_up()
        lists_out.sign_up()
        roster_panel.sign_up()
        homes.register()
        events.register()
