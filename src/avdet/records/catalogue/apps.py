from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "avdet.records.catalogue"
    label = "catalogue"
