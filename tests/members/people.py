"""Members with consents and patients, as tests need them."""

from members import consents
from members.actions.patients import add_patient
from members.models.choices import Relation
from members.models.consent import Purpose
from tests.factories import ConditionFactory


def consenting(member, *purposes):
    """Give the consents to keep health data and to speak for somebody, and further ones."""
    for purpose in (Purpose.HEALTH, Purpose.CARER, *purposes):
        consents.give(member=member, purpose=purpose, form="test")
    return member


def patient_of(member, relation=Relation.PARENT, **answers):
    """Return a new patient that the member keeps."""
    consenting(member)
    return add_patient(by=member, relation=relation, condition=ConditionFactory(), nickname="Bean", **answers)
