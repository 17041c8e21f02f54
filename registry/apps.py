from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "Dân cư"

    def ready(self) -> None:
        from registry.cleanup import panel as cleanup_panel
        from registry.duplicates import panel as duplicates_panel

        cleanup_panel.register()
        duplicates_panel.register()
