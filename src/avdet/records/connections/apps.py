from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "avdet.records.connections"
    label = "connections"
