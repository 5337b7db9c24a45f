# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    Credential,
    Password,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.spec import (
    Declared,
    parse_scram_user_set,
)
from hypothesis import given
from hypothesis import strategies as st

SECRET = "zebra-9f1c"


def mistakes(*users: Any, **options: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidSpec) as caught:
        parse_scram_user_set(list(users), **options)
    errors: Any = caught.value.facts["errors"]
    return [(each["where"], each["field"], each["message"]) for each in errors]


def test_what_is_not_declared_is_left_alone() -> None:
    declared = parse_scram_user_set([{"name": "a", "iterations": None}])
    assert declared.credentials == {Credential("a", "SCRAM-SHA-512"): Declared()}


def test_every_field_is_read() -> None:
    user = {
        "name": "a",
        "mechanism": "SCRAM-SHA-256",
        "iterations": "8192",
        "password": SECRET,
        "allow": ["all"],
        "exempt": ["rule"],
    }
    [(credential, how)] = parse_scram_user_set([user]).credentials.items()
    assert credential == Credential("a", "SCRAM-SHA-256")
    assert (how.iterations, how.password, how.state) == (8192, Password(SECRET), "present")
    assert (how.allow, how.exempt) == ({"in_use"}, {"rule"})
    assert SECRET not in repr(how)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"name": None}, "name", "is missing"),
        ({"name": 1}, "name", "must be a string, not 1"),
        # one level too deep
        ({"name": {"name": "a", "password": SECRET}}, "name", "not a dictionary"),
        ({"mechanism": {"password": SECRET}}, "mechanism", "not a dictionary"),
        ({"iterations": [SECRET]}, "iterations", "not a list"),
        ({"state": [{"password": SECRET}]}, "state", "not a list"),
        ({"allow": [{"password": SECRET}]}, "allow", "a list of hazards, not of a dictionary"),
        ({"exempt": {"password": SECRET}}, "exempt", "not a dictionary"),
        ({"exempt": [{"password": SECRET}]}, "exempt", "must be a string, not a dictionary"),
        ({"name": ""}, "name", "is empty"),
        ({"name": "a\0"}, "name", "holds the character NUL"),
        ({"name": "User:a"}, "name", "is a principal, which ACLs name: write 'a'"),
        ({"name": " a"}, "name", "has spaces, which brokers take as part of it: write 'a'"),
        ({"name": "é"}, "name", "is not ASCII: brokers take it, but let nobody log in by it"),
        ({"mechanism": "sha256"}, "mechanism", "(did you mean 'SCRAM-SHA-256'?)"),
        ({"mechanism": "PLAIN"}, "mechanism", "must be SCRAM-SHA-256 or SCRAM-SHA-512"),
        ({"iterations": 4095}, "iterations", "must be 4096 to 16384"),
        ({"iterations": 16385}, "iterations", "must be 4096 to 16384"),
        ({"iterations": True}, "iterations", "must be 4096 to 16384"),
        ({"iterations": 5000.5}, "iterations", "must be 4096 to 16384"),
        ({"password": 1234}, "password", "is not a string: put it in quotes"),
        ({"password": True}, "password", "is not a string: put it in quotes"),
        ({"password": [SECRET]}, "password", "is not a string"),
        ({"password": ""}, "password", "is empty"),
        ({"password": f"{SECRET}\0"}, "password", "holds the character NUL"),
        ({"password": f"{SECRET}\ud800"}, "password", "half of a surrogate pair"),
        ({"state": "gone"}, "state", "must be present or absent, not 'gone'"),
        ({"allow": ["in_us"]}, "allow", "unknown hazard 'in_us'"),
        ({"exempt": "rule"}, "exempt", "must be a list of strings"),
        ({"pasword": SECRET}, "pasword", "unknown field (did you mean 'password'?)"),
        ({"scram_iterations": 1}, "scram_iterations", "(did you mean 'iterations'?)"),
    ],
)
def test_a_mistake_is_told_with_its_field(fields: Any, field: str, message: str) -> None:
    [(where, found, told)] = mistakes({"name": "b", "password": "x"}, {"name": "a", **fields})
    assert where.startswith("users[1]")
    assert found == field
    assert message in told
    assert SECRET not in told


@pytest.mark.parametrize("entry", [SECRET, [SECRET], 736251, None, True])
def test_an_entry_that_is_no_dictionary_is_not_quoted(entry: Any) -> None:
    [(where, field, told)] = mistakes(entry)
    assert (where, field) == ("users[0]", "value")
    assert told.startswith("must be a dictionary with a name, not ")
    assert str(entry) not in told or entry in (None, True)
    with pytest.raises(InvalidSpec) as caught:
        parse_scram_user_set({"password": SECRET})
    assert "must be a list of users, not a dictionary" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_credential_is_declared_once() -> None:
    user = {"name": "a"}
    [(where, _field, told)] = mistakes(user, {**user, "mechanism": "SCRAM-SHA-256"}, user)
    assert where == "a (SCRAM-SHA-512)"
    assert told == "declared more than once: in users[0] and in users[2]"


def test_who_is_absent_may_have_any_name() -> None:
    names = ["User:a", " a", "é"]
    declared = parse_scram_user_set([{"name": name, "state": "absent"} for name in names])
    assert {credential.name for credential in declared.credentials} == set(names)


@pytest.mark.parametrize(
    ("options", "field", "message"),
    [
        ({"purge": True}, "purge", "needs owned_prefixes"),
        ({"purge": True, "owned_prefixes": ["own"], "users": []}, "purge", "set purge_to_empty"),
        ({"owned_prefixes": ["ow"]}, "owned_prefixes", "it needs at least 3 characters"),
        ({"owned_prefixes": ["User:own"]}, "owned_prefixes", "write 'own'"),
        ({"protected_users": ["User:own"]}, "protected_users", "write 'own'"),
        ({"prove_servers": []}, "prove_servers", "is empty"),
        ({"prove_servers": [" "]}, "prove_servers", "is empty"),
        ({"prove_servers": ["b"]}, "prove_servers", "b has no port: write b:9092"),
        ({"prove_servers": [f"a:{SECRET}@b:1"]}, "prove_servers", "holds a user"),
        ({"prove_security_protocol": "SSL"}, "prove_security_protocol", "must be SASL_PLAINTEXT"),
        ({"allow": ["widening"]}, "allow", "unknown hazard"),
    ],
)
def test_a_mistake_in_an_option_is_told(options: Any, field: str, message: str) -> None:
    users = options.pop("users", [{"name": "a"}])
    [(where, found, told)] = mistakes(*users, **options)
    assert (where, found) == ("options", field)
    assert message in told
    assert SECRET not in told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=4,
)
FIELDS = st.sampled_from(["name", "mechanism", "iterations", "state", "allow", "exempt"])


@given(
    st.lists(
        st.dictionaries(FIELDS, JSON, max_size=5)
        | st.just(f"password={SECRET}")
        | st.lists(st.just(SECRET)),
        max_size=4,
    ),
    st.sampled_from([SECRET, f"{SECRET}\0", f"{SECRET}\ud800", [SECRET], {"a": SECRET}]),
)
def test_no_message_quotes_a_password(users: list[Any], password: Any) -> None:
    given = [{**user, "password": password} if isinstance(user, dict) else user for user in users]
    text = ""
    try:
        text = repr(parse_scram_user_set(given))
    except InvalidSpec as error:
        text = f"{error} {error.facts}"
    assert SECRET not in text
