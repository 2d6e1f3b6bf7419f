"""Addresses: patients and those who look after their records."""

from django.urls import path

from members.views import patients

urlpatterns = [
    path("me/patients/add/", patients.patient_add, name="patient_add"),
    path("me/patients/add/<slug:about>/", patients.patient_name, name="patient_name"),
    path("me/patients/join/", patients.invitation_accept, name="invitation_accept"),
    path("me/patients/<slug:public_id>/", patients.patient_detail, name="patient_detail"),
    path("me/patients/<slug:public_id>/delete/", patients.patient_delete, name="patient_delete"),
    path("me/patients/<slug:public_id>/invite/", patients.patient_invite, name="patient_invite"),
    path("me/patients/<slug:public_id>/leave/", patients.patient_leave, name="patient_leave"),
    path("me/patients/<slug:public_id>/guardians/<int:pk>/remove/", patients.guardian_remove, name="guardian_remove"),
    path("me/patients/<slug:public_id>/invitations/<int:pk>/withdraw/", patients.invitation_withdraw, name="invitation_withdraw"),
    path("me/patients/<slug:public_id>/<slug:step>/", patients.patient_step, name="patient_step"),
]
