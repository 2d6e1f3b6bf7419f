"""Who may do what: the decision table, one row for each named address, written by hand from the design of permissions.

A row says who is stopped before the page (`gate`, whatever the method or the thing), and what the page answers to all others, for each way
in which they may stand to the thing that the address names. An address without a row fails the tests, and so does a row without an
address. Whoever adds an address adds a row; the pages follow the table, never the other way round.
"""

from dataclasses import dataclass, field

# Outcomes.
OK = "ok"  # let through: a page, a file, a refused form (its fields are another matter), or the way on after a success
SIGN_IN = "sign-in"
JOIN = "join"  # led to the first open question of joining
UNDO = "undo"  # whoever is leaving may come back, and no more
OWN_DATA = "own data"  # a suspended member is led to the privacy centre
FACTOR = "factor"  # staff without a second factor in this session
AGAIN = "again"  # show first that it is you
AWAY = "away"  # a door, and they are in already: led to their own page
FAILED, FORBIDDEN, MISSING, METHOD = "401", "403", "404", "405"

# Who asks. The team has shown a second factor in this session, but for BARE. STALE signed in yesterday.
VISITOR, FRESH, NEW, TRUSTED, STALE = "visitor", "fresh", "new", "trusted", "stale"
MODERATOR, EDITOR, ADMIN, BARE = "moderator", "editor", "admin", "bare"
SUSPENDED, LEAVING = "suspended", "leaving"
ACTORS = (VISITOR, FRESH, NEW, TRUSTED, STALE, MODERATOR, EDITOR, ADMIN, BARE, SUSPENDED, LEAVING)
TEAM = (MODERATOR, EDITOR, ADMIN)
IN = (FRESH, NEW, TRUSTED, STALE, *TEAM, BARE)  # signed in, and neither suspended nor leaving
JOINED = tuple(actor for actor in IN if actor != FRESH)

Rule = str | dict[str, str]  # one outcome, or one for each relation to the thing


@dataclass(frozen=True)
class Row:
    """What an address answers. get also stands for HEAD.

    gate_of_post: where a post is stopped in another way. leads: whom the view itself leads on, once the method is one of its own.
    unlike: for whom another rule holds, once the method is one of the view's own.
    of: a kind of thing (test_matrix.THINGS), whose relations the rules name. asks: methods that want to know again who it is.
    writes: tables that reading may change; otherwise a safe method changes nothing. keeps: tables to which even what is refused may be
    written, so that no text is lost; otherwise it changes nothing.
    sends: what is posted.
    """

    gate: dict[str, Rule]
    gate_of_post: dict[str, Rule] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    unlike: dict[str, Rule] = field(default_factory=dict)
    get: Rule = OK
    post: Rule = METHOD
    put: Rule = METHOD
    delete: Rule = METHOD
    of: str = ""
    asks: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    sends: dict[str, str] = field(default_factory=dict)

    def rule(self, method: str) -> Rule:
        """Return the rule for a method."""
        return {"GET": self.get, "HEAD": self.get, "POST": self.post, "PUT": self.put, "DELETE": self.delete}[method]

    def outcome(self, actor: str, method: str, relation: str = "") -> str:
        """Return what is to happen. Raises KeyError for a relation that the row forgot."""
        gate = {**self.gate, **self.gate_of_post} if method == "POST" else self.gate
        if actor in gate:
            return _decide(gate[actor], relation)
        if actor == STALE and method in self.asks:
            return AGAIN
        rule = self.rule(method)
        if rule != METHOD and actor in self.unlike:
            rule = self.unlike[actor]
        return self.leads[actor] if actor in self.leads and rule != METHOD else _decide(rule, relation)


def _decide(rule: Rule, relation: str) -> str:
    return rule if isinstance(rule, str) else rule[relation]


# Gates: who never reaches the page.
NOBODY: dict[str, str] = {}
READING = {FRESH: JOIN, BARE: FACTOR}  # what visitors read too: whoever is suspended or leaving may read on
ROOM = {VISITOR: SIGN_IN, FRESH: JOIN, BARE: FACTOR, SUSPENDED: OWN_DATA, LEAVING: UNDO}
CLOSED_TO_MACHINES = {name: outcome for name, outcome in ROOM.items() if name != VISITOR}  # visitors' programs are told no as members' are
OWN = {name: outcome for name, outcome in ROOM.items() if name != SUSPENDED}  # what is kept about oneself
TAKE_ALONG = {name: outcome for name, outcome in OWN.items() if name not in (LEAVING, FRESH)}  # the export, until the very end
WAY_OUT = {name: outcome for name, outcome in OWN.items() if name != FRESH}  # also for who does not want to join after all
COME_BACK = {name: outcome for name, outcome in ROOM.items() if name != LEAVING}
ACCOUNT = {VISITOR: SIGN_IN, SUSPENDED: OWN_DATA, LEAVING: UNDO}  # how somebody gets in: also before joining, and to set up a factor
PROVE = {VISITOR: SIGN_IN}
ELSEWHERE = {SUSPENDED: OWN_DATA, LEAVING: UNDO}
DOOR = {**dict.fromkeys(IN, AWAY), **ELSEWHERE}  # for visitors
SIGN_UP = {**DOOR, VISITOR: JOIN}  # no account before the questions of joining are answered
NEWCOMERS = dict.fromkeys(JOINED, AWAY)
OUT_OF_ORDER = {VISITOR: JOIN, FRESH: JOIN, **NEWCOMERS}  # nobody here has begun to answer
NOTHING_WAITS = {**dict.fromkeys((VISITOR, *IN), SIGN_IN), **ELSEWHERE}  # a step that follows another, which nobody here has taken
WITHOUT_APP = (FRESH, NEW, TRUSTED, STALE)  # only the team has an authenticator app here
TEAM_ONLY = {**ROOM, NEW: FORBIDDEN, TRUSTED: FORBIDDEN, STALE: FORBIDDEN}
READ_OR_SENT = ("GET", "HEAD", "POST", "PUT")
ALL = (*READ_OR_SENT, "DELETE")

# Things and how somebody may stand to them.
PAGE, PROFILE, FACE, PATIENT, HELPER, INVITATION, STEP = "page", "profile", "face", "patient", "helper", "invitation", "step"
GONE_DRAFT = "deleted draft"
MY_POSTS = {"my question": "question", "my answer": "answer", "my comment": "comment"}
ANY_POSTS = {"any question": "question", "any answer": "answer", "any comment": "comment"}
POST_PICTURE = "picture of a post"
QUESTION_PAGE = "question's page"
TAG, PUBLIC_QUESTION = "tag", "public question"
REPORTABLE, RECEIPT, DECISION = "reportable", "receipt", "decision"
CHECK_IN, DELETED, SYMPTOM_STEP, MATCH, TOWN, MAP_SET = "check-in", "deleted check-in", "symptom step", "match", "town", "map set"
DRAFT, EXPORT, NOTICE, SESSION, PURPOSE, CHANGE, KEY, ABOUT, PLACE, MAIL = (
    "draft",
    "export",
    "notice",
    "session",
    "purpose",
    "change",
    "key",
    "about",
    "place",
    "mail",
)

AUTHOR = {"own": OK, "another's": FORBIDDEN, "deleted": OK, "missing": MISSING}
EDITOR_OF_WORDS = {**AUTHOR, "deleted": FORBIDDEN}
READABLE = {"own": OK, "another's": OK, "missing": MISSING}
VOTER = {**READABLE, "own": FORBIDDEN}
SENT = {"own": OK, "another's": MISSING, "a visitor's": OK, "missing": MISSING}
ANY_SENT = {**SENT, "another's": OK}
MINE = {"own": OK, "none": MISSING, "erased": MISSING}
PUBLIC_PAGE = {"there": OK, "missing": MISSING}
TAGGED = {"there": OK, "page alone": OK, "missing": MISSING}
# Nobody meets who is hidden: not joined, suspended, leaving, switched off, erased, or blocked, whoever of the two did it.
MET = {"own": OK, "none": OK, "muted": OK} | dict.fromkeys(
    ("blocks me", "blocked by me", "suspended", "leaving", "not joined", "inactive", "erased"), MISSING
)
PICTURE = {**MET, "without": MISSING, "shown to nobody": MISSING}
# What I do about somebody works on whom I meet, never on myself; what I did can be taken back wherever they are now.
ACT = {**MET, "own": MISSING, "blocked by me": OK}
KEEPER = dict.fromkeys(("none", "blocked", "erased"), MISSING)  # the owner blocked me: a record is its guardians' only
GUARDIAN = {"owner": OK, "edit": OK, "view": OK, "keeper suspended": OK, **KEEPER}
CHANGER = {**GUARDIAN, "view": FORBIDDEN}
OWNER = {**GUARDIAN, "edit": FORBIDDEN, "view": FORBIDDEN, "keeper suspended": FORBIDDEN}
HELPING = {**GUARDIAN, "owner": FORBIDDEN}  # the owner hands a record over, or deletes it
WITHIN = {**OWNER, "of another record": MISSING, "myself": MISSING}


def reads(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of a page that is only read."""
    return Row(gate, get=rule, **more)


def form(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of a page that is read, and sent."""
    return Row(gate, get=rule, post=rule, **more)


def press(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of an address that takes a press of a button and shows no page."""
    return Row(gate, get=METHOD, post=rule, **more)


def library(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of a form of the sign-in library: it takes PUT for a POST that holds nothing (Django's ProcessFormView)."""
    return Row(gate, **{"get": rule, "post": rule, "put": rule, **more})


def library_reads(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of a page of the sign-in library that is only read."""
    return Row(gate, get=rule, **more)


def once_asked(gate: dict[str, str], rule: Rule = OK, **more) -> Row:
    """Return the row of a form of the library that asks again who it is, whatever the method."""
    return library(gate, rule, **{"asks": ALL, **more})


TABLE: dict[str, Row] = {
    # The reference, and the site's own pages.
    "home": reads(READING),
    "help_now": reads(NOBODY),
    "how_we_review": reads(NOBODY),
    "about": reads(NOBODY),
    "privacy": reads(NOBODY),
    "accessibility": reads(NOBODY),
    "guidelines": reads(NOBODY),
    "terms": reads(NOBODY),
    "contact": reads(NOBODY),
    "settings": form(NOBODY),
    "search:result_list": reads(READING),
    "reference_feed": reads(NOBODY),
    "sitemap": reads(NOBODY),
    "robots": reads(NOBODY),
    "security": reads(NOBODY),
    "health": reads(NOBODY),
    "health_alive": reads(NOBODY),
    "conditions:condition_detail": reads(READING, PUBLIC_PAGE, of=PAGE),
    "conditions:source_list": reads(READING, PUBLIC_PAGE, of=PAGE),
    "conditions:glossary_list": reads(READING, PUBLIC_PAGE, of=PAGE),
    "conditions:topic_detail": reads(READING, PUBLIC_PAGE, of=PAGE),
    "conditions:symptom_detail": reads(READING, PUBLIC_PAGE, of=PAGE),
    "conditions:treatment_detail": reads(READING, PUBLIC_PAGE, of=PAGE),
    # Only while DEBUG is on.
    "patterns": reads(NOBODY),
    "dev_mail": reads(NOBODY),
    # Joining: who has joined is led to their page.
    "members:join_start": reads(ELSEWHERE, leads=NEWCOMERS),
    "members:join_age": form(ELSEWHERE, leads=NEWCOMERS),
    "members:join_too_young": reads(ELSEWHERE, leads=OUT_OF_ORDER),
    "members:join_name": form(ELSEWHERE, leads=OUT_OF_ORDER),
    "members:join_health": form(ELSEWHERE, leads=OUT_OF_ORDER),
    "members:join_role": form(ELSEWHERE, leads=OUT_OF_ORDER),
    "members:join_check": form(ELSEWHERE, leads=OUT_OF_ORDER),
    "members:join_done": reads(ELSEWHERE, leads={VISITOR: SIGN_IN, FRESH: JOIN}),
    # The account.
    "members:account_security": reads(ACCOUNT),
    "members:session_end": press(ACCOUNT, {**MINE, "this one": MISSING}, of=SESSION),
    "members:change_undo": form(NOBODY, {"open": OK, "undone": MISSING, "too old": MISSING, "unknown": MISSING}, of=CHANGE),
    # My page and the public face.
    "members:me": reads(ROOM),
    "members:profile_edit": form(ROOM),
    "members:name_edit": form(ROOM),
    "members:picture_edit": form(ROOM),
    "members:member_detail": reads(ROOM, MET, of=PROFILE),
    "members:member_picture": reads(ROOM, PICTURE, of=FACE),
    "members:member_block": form(ROOM, ACT, of=PROFILE),
    "members:member_unblock": form(ROOM, ACT, of=PROFILE),
    "members:member_mute": form(ROOM, ACT, of=PROFILE),
    "members:member_unmute": form(ROOM, ACT, of=PROFILE),
    "members:block_list": reads(ROOM),
    # What is kept about me.
    "members:privacy": reads(OWN),
    "members:consent_list": reads(OWN),
    "members:consent_change": form(OWN, {"known": OK, "unknown": MISSING}, of=PURPOSE, sends={"action": "withdraw"}),
    # Reading the page asks nothing: by GET, that is; the library's decorator knows no HEAD.
    "members:export_list": form(TAKE_ALONG, asks=("HEAD", "POST")),
    "members:export_download": reads(TAKE_ALONG, {**MINE, "too old": MISSING, "not ready": MISSING}, of=EXPORT, asks=("GET", "HEAD")),
    "members:erase": form(WAY_OUT, asks=("HEAD", "POST")),
    "members:erase_undo": form(COME_BACK),
    "members:draft_list": reads(ROOM),
    "members:draft_save": press(
        # Whoever is signed out meanwhile sends a value that we signed: the text is kept for the member it was signed for, and they are told.
        ROOM,
        {"own": OK, "none": MISSING, "made up": MISSING},
        of=PLACE,
        gate_of_post={VISITOR: {"own": SIGN_IN, "none": FORBIDDEN, "made up": SIGN_IN}},
        keeps=("members_draft",),
    ),
    "members:draft_delete": press(ROOM, MINE, of=DRAFT),
    "members:draft_bring_back": press(ROOM, {**MINE, "living": MISSING, "too old": MISSING}, of=GONE_DRAFT),
    # Records of people, and who looks after them.
    "members:patient_add": form(ROOM),
    "members:patient_name": form(ROOM, {"known": OK, "unknown": MISSING}, of=ABOUT),
    "members:invitation_accept": form(ROOM),
    "members:patient_detail": reads(ROOM, GUARDIAN, of=PATIENT),
    "members:patient_step": form(ROOM, {**CHANGER, "unknown step": MISSING}, of=STEP),
    "members:patient_delete": form(ROOM, OWNER, of=PATIENT),
    "members:patient_invite": form(ROOM, OWNER, of=PATIENT, sends={"may": "view"}),
    "members:patient_leave": form(ROOM, HELPING, of=PATIENT),
    "members:guardian_remove": form(ROOM, WITHIN, of=HELPER),
    "members:invitation_withdraw": press(ROOM, WITHIN, of=INVITATION),
    # Symptoms recorded: by those who look after the record.
    "soulmates:symptom_home": reads(ROOM),
    "soulmates:check_in_begin": form(ROOM, CHANGER, of=PATIENT),
    "soulmates:symptom_history": reads(ROOM, GUARDIAN, of=PATIENT),
    "soulmates:symptom_summary": reads(ROOM, GUARDIAN, of=PATIENT),
    "soulmates:kept_out": Row(ROOM, get=GUARDIAN, post=CHANGER, of=PATIENT),
    "soulmates:check_in_detail": reads(ROOM, GUARDIAN, of=CHECK_IN),
    "soulmates:check_in_step": form(ROOM, {**CHANGER, "unknown step": MISSING}, of=SYMPTOM_STEP),
    "soulmates:check_in_add": form(ROOM, CHANGER, of=CHECK_IN),
    "soulmates:check_in_review": form(ROOM, CHANGER, of=CHECK_IN),
    "soulmates:check_in_delete": form(ROOM, CHANGER, of=CHECK_IN),
    "soulmates:check_in_undo": press(ROOM, CHANGER, of=DELETED),
    # Matches: for each patient one looks after. Nobody here has agreed to matching, so nobody is like anybody.
    "soulmates:match_list": reads(ROOM),
    "soulmates:how_it_works": reads(READING),
    "soulmates:matching_start": form(ROOM, GUARDIAN, of=PATIENT),
    "soulmates:shared_facts": form(ROOM, {**OWNER, "keeper suspended": FORBIDDEN}, of=PATIENT),
    "soulmates:match_watch": press(ROOM, GUARDIAN, of=PATIENT),
    "soulmates:match_detail": reads(ROOM, {"not compared": MISSING, "none": MISSING, "erased": MISSING}, of=MATCH),
    "soulmates:feedback_list": Row(ROOM, get=OK, post=MISSING),  # what is sent names no feedback of theirs
    "soulmates:match_feedback": press(ROOM, {"not compared": MISSING, "none": MISSING, "erased": MISSING}, of=MATCH),
    "soulmates:members_report": reads(READING, PUBLIC_PAGE, of=PAGE),
    # The map: visitors and whoever may not look get the published set.
    "soulmates:map": reads(READING),
    "soulmates:map_units": reads(READING, {"there": OK, "missing": MISSING}, of=MAP_SET),
    "soulmates:map_cells": reads(CLOSED_TO_MACHINES, FORBIDDEN),  # for programs: no way to sign in is offered
    "soulmates:place_detail": reads(ROOM, {"public": OK, "small": OK, "missing": OK}, of=TOWN),  # led to the map, which says what is missing
    "soulmates:nearby": form(ROOM),
    "soulmates:location_edit": form(ROOM),
    "soulmates:location_hide": press(ROOM),
    "soulmates:place_suggest": press(CLOSED_TO_MACHINES, FORBIDDEN),
    # Lists of questions: visitors read what is public. What nobody is told of stands in no feed, whoever asks.
    # Writing. Asking makes the tags where there are none; new members add no pictures.
    "forum:question_ask": form(ROOM, writes=("forum_tag",), keeps=("forum_tag",)),
    "forum:question_similar": reads(ROOM),
    "forum:post_preview": press(ROOM),
    "forum:answer_write": form(ROOM, READABLE, of="any question"),
    "forum:question_comment": form(ROOM, READABLE, of="any question"),
    "forum:answer_comment": form(ROOM, READABLE, of="any answer"),
    **{f"forum:{kind}_edit": form(ROOM, EDITOR_OF_WORDS, of=f"my {kind}") for kind in MY_POSTS.values()},
    **{f"forum:{kind}_delete": form(ROOM, AUTHOR, of=f"my {kind}") for kind in MY_POSTS.values()},
    **{f"forum:{kind}_restore": form(ROOM, AUTHOR, of=f"my {kind}") for kind in MY_POSTS.values()},
    **{f"forum:{kind}_history": reads(READING, READABLE, of=f"any {kind}") for kind in MY_POSTS.values()},
    **{
        f"forum:{kind}_pictures": form(ROOM, EDITOR_OF_WORDS, of=f"my {kind}", gate_of_post={NEW: {**EDITOR_OF_WORDS, "own": FORBIDDEN}})
        for kind in ("question", "answer")
    },
    "forum:picture": reads(READING, READABLE, of=POST_PICTURE),
    "forum:picture_remove": form(ROOM, {**READABLE, "another's": FORBIDDEN}, of=POST_PICTURE),
    # Lists.
    "forum:question_list": reads(READING),
    "forum:question_unanswered": reads(READING),
    "forum:question_active": reads(READING),
    "forum:question_helpful": reads(READING),
    "forum:question_for_me": reads(ROOM),
    "forum:question_mine": reads(ROOM),
    "forum:tag_list": reads(READING),
    "forum:tag_detail": reads(READING, TAGGED, of=TAG),
    "forum:tag_watch": press(ROOM, {**TAGGED, "page alone": MISSING}, of=TAG, sends={"watch": "1"}),
    "forum:by_member": reads(ROOM, MET, of=PROFILE),
    "forum:feed_newest": reads(READING),
    "forum:feed_tag": reads(READING, TAGGED, of=TAG),
    # A question's page, and what one does there. All of it is public here; who asked says what helped.
    "forum:question_detail": reads(READING, READABLE, of=QUESTION_PAGE),
    "forum:question_short": reads(READING, READABLE, of="any question"),
    "forum:answer_detail": reads(READING, READABLE, of="any answer"),
    "forum:comment_detail": reads(READING, READABLE, of="any comment"),
    "forum:question_vote": press(ROOM, VOTER, of="any question", sends={"do": "give"}),
    "forum:question_same": press(ROOM, VOTER, of="any question", sends={"do": "give"}),
    "forum:answer_vote": press(ROOM, VOTER, of="any answer", sends={"do": "give"}),
    "forum:answer_accept": press(ROOM, {**READABLE, "another's": FORBIDDEN}, of="any answer", sends={"do": "give"}),
    "forum:question_watch": press(ROOM, READABLE, of="any question", sends={"do": "give"}),
    # Trusted members mend title and tags; the team may do more, by rights of its own.
    "forum:question_keep": form(ROOM, READABLE, of="any question", leads={NEW: FORBIDDEN}),
    "forum:feed_question": reads(READING, {"public": OK, "members only": MISSING, "hidden": MISSING, "missing": MISSING}, of=PUBLIC_QUESTION),
    # Reports and decisions. Nobody reports their own words; visitors report, too.
    "moderation:report_about": reads(READING),
    "moderation:report_add": form(READING, {**READABLE, "own": FORBIDDEN}, unlike={VISITOR: READABLE}, of=REPORTABLE),
    "moderation:report_list": reads(OWN),
    "moderation:report_detail": reads(READING, SENT, unlike={VISITOR: {**SENT, "own": MISSING}, MODERATOR: ANY_SENT, ADMIN: ANY_SENT}, of=RECEIPT),
    "moderation:decision_detail": reads(OWN, {**READABLE, "another's": MISSING}, unlike={MODERATOR: READABLE, ADMIN: READABLE}, of=DECISION),
    # Notices.
    "letters:notice_list": reads(ROOM),
    "letters:notices_read": press(ROOM),
    "letters:notice_settings": form(ROOM),
    "letters:notice_open": reads(ROOM, MINE, of=NOTICE, writes=("letters_notice",)),
    "letters:mail_off": form(NOBODY, {"own": OK, "none": OK, "made up": MISSING}, of=MAIL),  # the mail is the key, whoever is signed in
    # The team.
    "admin:index": Row(TEAM_ONLY, get=OK, post=OK, put=OK, delete=OK),  # shows the same page whatever the method
    # The sign-in library: doors for visitors.
    "account_login": library(dict.fromkeys((*IN, SUSPENDED, LEAVING), AWAY)),
    "account_logout": Row(NOBODY, get=OK, post=OK),
    "account_inactive": library_reads(ELSEWHERE),
    "account_signup": library(SIGN_UP),
    "account_signup_by_passkey": library(SIGN_UP),
    "account_request_login_code": library(DOOR),
    "account_confirm_login_code": library(DOOR, delete=OK),  # nothing was asked for: led to ask
    "account_reset_password": library(ELSEWHERE),
    "account_confirm_password_reset_code": library(NOTHING_WAITS),
    "account_complete_password_reset": library({**DOOR, **dict.fromkeys((VISITOR, *IN), OK)}),  # led to where resetting begins
    "account_password_reset_completed": library_reads(ELSEWHERE),
    "account_email_verification_sent": library({VISITOR: SIGN_IN, **ELSEWHERE}, delete=OK),  # whoever is in confirms a new address here
    "mfa_authenticate": Row({**DOOR, VISITOR: SIGN_IN}),
    "mfa_login_webauthn": library(DOOR, leads={VISITOR: SIGN_IN}),
    "mfa_signup_webauthn": library(DOOR, delete=OK),  # led to where signing up begins
    "socialaccount_login_cancelled": library_reads(ELSEWHERE),
    "socialaccount_login_error": library_reads(ELSEWHERE, FAILED),
    "socialaccount_signup": library({**NOTHING_WAITS, VISITOR: JOIN}),
    # How I get in.
    "account_reauthenticate": library(PROVE),
    "mfa_reauthenticate": library(PROVE),
    "mfa_reauthenticate_webauthn": library(PROVE, post=SIGN_IN, put=SIGN_IN),  # nothing was signed: led to begin again
    "account_email": once_asked(ACCOUNT, put=OK, asks=("GET", "HEAD", "POST"), sends={"action_add": "", "email": "new@example.org"}),
    "account_change_password": once_asked(ACCOUNT, asks=READ_OR_SENT),
    "account_set_password": library(ACCOUNT, delete=OK),  # everybody here has a password: led to change it
    "mfa_index": library_reads(ACCOUNT),
    "mfa_activate_totp": once_asked(ACCOUNT),
    "mfa_deactivate_totp": once_asked({**ACCOUNT, **dict.fromkeys(WITHOUT_APP, MISSING)}),
    # The library remembers that the codes were shown.
    "mfa_view_recovery_codes": library_reads(ACCOUNT, asks=("GET", "HEAD"), writes=("mfa_authenticator",)),
    "mfa_generate_recovery_codes": once_asked(ACCOUNT),
    "mfa_download_recovery_codes": library_reads(ACCOUNT, asks=ALL, writes=("mfa_authenticator",), keeps=("mfa_authenticator",)),
    "mfa_list_webauthn": library_reads(ACCOUNT),
    "mfa_add_webauthn": once_asked(ACCOUNT),
    "mfa_remove_webauthn": once_asked(ACCOUNT, MINE, of=KEY, put=METHOD, delete=MINE),
    "mfa_edit_webauthn": once_asked(ACCOUNT, MINE, of=KEY),
    "socialaccount_connections": library(ACCOUNT),
    "usersessions_list": library(ACCOUNT),
}
# Old addresses of the library, without a name: each leads to its new one.
UNNAMED = tuple(f"account/social/{name}/" for name in ("login/cancelled", "login/error", "signup", "connections"))
