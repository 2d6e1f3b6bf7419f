"""What addresses of this app are made of."""

from django.urls import register_converter

from forum.models.tag import Kind


class KindConverter:
    """A kind of tag, as it stands in addresses."""

    regex = "|".join(Kind.values)

    def to_python(self, value: str) -> Kind:
        """Return the kind."""
        return Kind(value)

    def to_url(self, value: str) -> str:
        """Return its part of the address."""
        return str(value)


register_converter(KindConverter, "kind")
