"""Addresses: my page, the public face, and who shall not meet me."""

from django.urls import path

from members.views import profiles

urlpatterns = [
    path("me/", profiles.me, name="me"),
    path("me/profile/", profiles.profile_edit, name="profile_edit"),
    path("me/name/", profiles.name_edit, name="name_edit"),
    path("me/picture/", profiles.picture_edit, name="picture_edit"),
    path("members/<slug:public_id>/", profiles.member_detail, name="member_detail"),
    path("members/<slug:public_id>/picture/", profiles.member_picture, name="member_picture"),
    path("members/<slug:public_id>/block/", profiles.member_block, name="member_block"),
    path("members/<slug:public_id>/unblock/", profiles.member_unblock, name="member_unblock"),
    path("members/<slug:public_id>/mute/", profiles.member_mute, name="member_mute"),
    path("members/<slug:public_id>/unmute/", profiles.member_unmute, name="member_unmute"),
    path("me/privacy/blocks/", profiles.block_list, name="block_list"),
]
