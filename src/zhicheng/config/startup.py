"""What happens once when Django has loaded the applications."""

from django.apps import AppConfig


class ZhichengConfig(AppConfig):
    """Fills the registries of processes and metrics."""

    name = "zhicheng.config"
    label = "zhicheng_config"

    def ready(self) -> None:
        """Register after every model is loaded."""
        from zhicheng.config.processes import register

        register()
