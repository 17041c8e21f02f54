from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "Theo dõi"

    def ready(self) -> None:
        from supervision import sample
        from supervision.requests import panels as request_panels
        from supervision.requests import signing_up as requests

        request_panels.register()
        sample.sign_up()
        requests.sign_up()
