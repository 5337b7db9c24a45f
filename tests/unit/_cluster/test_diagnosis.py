# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.diagnosis import (
    reason,
    refuses_password,
    trouble,
)

REFUSED = "connection refused: no broker listens there"
UNRESOLVED = "host name not resolved: check bootstrap_servers"
SILENT = "nothing answers: check the address and the firewalls on the way"
WRONG_PASSWORD = "authentication failed: wrong sasl_username or sasl_password"
NO_TLS = "TLS failed: the listener does not speak TLS, check security_protocol"
NO_SASL = "authentication failed: the listener does not speak SASL, check security_protocol"
UNTRUSTED = "TLS failed: the broker's certificate is not trusted, check ca_cert and the host name"
REFUSED_CLIENT = "TLS failed: the broker does not accept the client's certificate"
NO_CLIENT_CERT = (
    "TLS failed: the broker asks for a certificate: client_cert and client_key are needed"
)
ALERT = "Receive failed: error:0A000412:SSL routines::"
CLOSED = (
    "the listener closed the connection: it may want TLS or SASL, check security_protocol, or an "
    "ip quota (connection_creation_rate) holds this address back"
)
REFUSED_TOKEN = "authentication failed: the broker does not accept the token"
NOT_KAFKA = "something answers, but it is not Kafka"
MECHANISM = "authentication failed: the broker does not offer this sasl_mechanism"


def fail(text: str, server: str = "h:9092", node: str = "bootstrap", scheme: str = "") -> str:
    """A log line as librdkafka writes it."""
    name = f"{scheme}{server}/{node}"
    return f"FAIL [omninode.kafka#producer-1] [thrd:{name}]: {name}: {text}"


# as librdkafka 2.16 wrote them against Kafka 4.4, an HTTP server and a socket that says nothing
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            fail(
                "Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in "
                "state CONNECT)"
            ),
            REFUSED,
        ),
        (
            "h:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused "
            "(after 0ms in state CONNECT)",
            REFUSED,
        ),
        (
            fail(
                "Failed to resolve 'h:9092': Name or service not known (after 0ms in state CONNECT)"
            ),
            UNRESOLVED,
        ),
        (
            fail(
                "SASL authentication error: Authentication failed: Invalid username or "
                "password (after 312ms in state AUTH_REQ)",
                scheme="sasl_ssl://",
            ),
            WRONG_PASSWORD,
        ),
        (
            fail(
                "SASL authentication error: Authentication failed during authentication "
                "due to invalid credentials with SASL mechanism SCRAM-SHA-512"
            ),
            WRONG_PASSWORD,
        ),
        (
            fail(
                'SASL authentication error: {"status":"invalid_token"} (after 9ms in state '
                "AUTH_REQ)"
            ),
            REFUSED_TOKEN,
        ),
        (
            fail(
                "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL "
                "mechanism: "
                "broker's supported mechanisms: SCRAM-SHA-512,PLAIN (after 1ms in state "
                "AUTH_HANDSHAKE)"
            ),
            f"{MECHANISM} (offered: SCRAM-SHA-512,PLAIN)",
        ),
        (
            fail(
                "SASL PLAIN mechanism handshake failed: Broker: Request not valid in "
                "current SASL state: "
                "broker's supported mechanisms:  (after 1ms in state AUTH_HANDSHAKE)",
                scheme="sasl_plaintext://",
            ),
            NO_SASL,
        ),
        (
            fail(
                "SSL handshake failed: Disconnected: SSL connection closed by peer: "
                "connecting to a PLAINTEXT broker listener? "
                "(after 0ms in state SSL_HANDSHAKE)",
                scheme="ssl://",
            ),
            NO_TLS,
        ),
        (
            fail(
                "SSL handshake failed: error:0A000086:SSL routines::certificate verify "
                "failed: broker certificate could not be verified, verify that "
                "ssl.ca.location is correctly configured or root CA certificates are "
                "installed (install ca-certificates package) "
                "(after 4ms in state SSL_HANDSHAKE)"
            ),
            UNTRUSTED,
        ),
        (
            fail(
                "error:0A000086:SSL routines::certificate verify failed (after 4ms in "
                "state SSL_HANDSHAKE)"
            ),
            UNTRUSTED,
        ),
        (fail(f"{ALERT}tlsv13 alert certificate required: SSL alert number 116"), NO_CLIENT_CERT),
        (
            fail(f"{ALERT}ssl/tls alert certificate expired: SSL alert number 45"),
            f"{REFUSED_CLIENT}: client_cert has expired",
        ),
        (
            fail(f"{ALERT}tlsv1 alert unknown ca: SSL alert number 48"),
            f"{REFUSED_CLIENT}: it does not know who signed client_cert",
        ),
        (
            fail(f"{ALERT}ssl/tls alert certificate unknown: SSL alert number 46"),
            f"{REFUSED_CLIENT}: have it trust who signed client_cert, or renew that if it has "
            "expired",
        ),
        (
            fail(f"{ALERT}ssl/tls alert bad certificate: SSL alert number 42"),
            f"{REFUSED_CLIENT} or misses one: check client_cert",
        ),
        (
            fail(
                "Disconnected: connection closed by peer: receive 0 after POLLIN (after "
                "1ms in state APIVERSION_QUERY)"
            ),
            CLOSED,
        ),
        (
            fail("Disconnected: connection reset by peer (after 1ms in state APIVERSION_QUERY)"),
            CLOSED,
        ),
        (
            fail(
                "Disconnected: SSL connection closed by peer (after 1ms in state UP)",
                scheme="ssl://",
            ),
            CLOSED,
        ),
        (
            fail("Connection setup timed out in state CONNECT (after 5003ms in state CONNECT)"),
            SILENT,
        ),
        (
            fail(
                "Connection setup timed out in state APIVERSION_QUERY (after 5003ms in "
                "state APIVERSION_QUERY)"
            ),
            "it accepts connections, but does not answer: a broker that hangs, or not Kafka",
        ),
        (
            fail("Timed out MetadataRequest in flight (after 5005ms, timeout #0)"),
            "it does not answer any more: a broker that hangs",
        ),
        (
            fail(
                "Connection setup timed out in state SSL_HANDSHAKE (after 5003ms in state "
                "SSL_HANDSHAKE)"
            ),
            "TLS failed: it accepts connections, but does not answer: a broker that hangs, "
            "or not TLS",
        ),
        (
            "METADATA [omninode.kafka#producer-7] [thrd:main]: h:9093/bootstrap: Metadata "
            "request failed: lookup controller: "
            "Local: Required feature not supported by broker (0ms): Permanent",
            "not a broker: this looks like the listener of a KRaft controller",
        ),
        (
            fail(
                "Connect to ipv4#192.0.2.1:9092 failed: Network is unreachable (after 0ms "
                "in state CONNECT)"
            ),
            "network is unreachable",
        ),
        (
            fail(
                "Connect to ipv4#192.0.2.1:9092 failed: No route to host (after 3058ms in "
                "state CONNECT)"
            ),
            "no route to host",
        ),
        # what nobody has met yet is told as it is, on one line of bounded length
        (fail("The moon\tis " + "x" * 300), "The moon\\tis " + "x" * 235 + "…"),
        (
            fail("The moon is in the wrong phase (after 5ms in state UP)"),
            "The moon is in the wrong phase",
        ),
    ],
)
def test_one_line(line: str, expected: str) -> None:
    assert reason([line]) == expected


WARNED = "CONFWARN [x#producer-1] [thrd:app]: Configuration property `a` set"
NO_PROVIDER = "SASL/OAUTHBEARER: no token provider"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], SILENT),
        # of lines that name no server, the last is told as it is
        ([WARNED, NO_PROVIDER], NO_PROVIDER),
        # and none of them once a server is named
        ([fail("Connect to x failed: Connection refused"), WARNED], REFUSED),
        ([WARNED, fail("Connect to x failed: Connection refused")], REFUSED),
    ],
)
def test_lines_that_name_no_server(lines: list[str], expected: str) -> None:
    assert reason(lines) == expected


TLS_TO_KAFKA = (
    fail("Disconnected: SSL connection closed by peer (after 0ms in state SSL_HANDSHAKE)"),
    fail(
        "SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to "
        "a PLAINTEXT broker listener? (after 0ms in state SSL_HANDSHAKE)"
    ),
)
TLS_TO_HTTP = (
    fail("error:0A00010B:SSL routines::wrong version number (after 1ms in state SSL_HANDSHAKE)"),
    fail(
        "SSL handshake failed: error:0A00010B:SSL routines::wrong version number (after "
        "1ms in state SSL_HANDSHAKE)"
    ),
)
REFUSED_ON_ONE_ADDRESS = (
    fail("Connect to ipv6#[::1]:9092 failed: Connection refused (after 0ms in state CONNECT)"),
    fail(
        "SASL authentication error: Authentication failed: Invalid username or password "
        "(after 312ms in state AUTH_REQ)"
    ),
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (TLS_TO_KAFKA, NO_TLS),
        (TLS_TO_HTTP, "TLS failed: something answers, but it does not speak TLS"),
        (REFUSED_ON_ONE_ADDRESS, WRONG_PASSWORD),
    ],
)
def test_the_most_telling_line_counts_whatever_the_order(
    lines: tuple[str, str], expected: str
) -> None:
    assert (reason(lines), reason(lines[::-1])) == (expected, expected)


def test_servers_that_fail_alike_are_one_reason() -> None:
    text = "Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)"
    assert reason([fail(text, "a:1"), fail(text, "b:1"), fail(text, "a:1")]) == REFUSED


def test_servers_that_fail_differently_are_named() -> None:
    lines = [
        fail("Failed to resolve 'a:1': Name or service not known", "a:1"),
        fail("Connect to x failed: Connection refused", "b:2"),
    ]
    assert reason(lines) == f"a:1: {UNRESOLVED}; b:2: {REFUSED}"


def test_a_broker_that_the_cluster_names_itself_is_told_apart() -> None:
    lines = [fail("Connect to x failed: Connection refused", "internal:9092", node="1")]
    assert (
        reason(lines)
        == f"the cluster answers, but advertises internal:9092 (advertised.listeners): {REFUSED}"
    )


def test_of_a_known_cluster_each_server_is_told() -> None:
    lines = [
        fail("Connect to x failed: Connection refused", "a:1", node="1"),
        fail("Timed out MetadataRequest in flight (after 5005ms, timeout #0)", "b:2", node="2"),
        fail("Connect to x failed: Connection refused", "c:3", node="3"),
    ]
    assert trouble(lines, ["a:1", "b:2"]).split("; ") == [
        f"a:1: {REFUSED}",
        "b:2: it does not answer any more: a broker that hangs",
        f"the cluster answers, but advertises c:3 (advertised.listeners): {REFUSED}",
    ]


@pytest.mark.parametrize(
    ("node", "told"),
    [
        ("bootstrap", CLOSED),
        (
            "1",
            "it closed the connection: it may have been restarted, or something on the way cut it"
            " off",
        ),
    ],
)
def test_who_closes_the_connection_to_a_broker_needs_no_other_protocol(
    node: str, told: str
) -> None:
    """The cluster named its address to a client that speaks as it does."""
    closed = "Disconnected: connection closed by peer: receive 0 after POLLIN (after 9ms in state "
    lines = [fail(f"{closed}UP)", "a:1", node=node)]
    assert trouble(lines, ["a:1"]) == f"a:1: {told}"


def test_a_broker_that_died_refuses_connections_after_it_closed_one() -> None:
    lines = [
        fail("Disconnected: connection closed by peer (after 9ms in state UP)", "a:1", node="1"),
        fail("Connect to ipv4#a:1 failed: Connection refused (after 0ms)", "a:1", node="1"),
    ]
    assert trouble(lines, ["a:1"]) == f"a:1: {REFUSED}"


def test_a_name_that_the_cluster_advertises_is_not_looked_for_in_bootstrap_servers() -> None:
    lines = [
        fail("Failed to resolve 'kafka:9092': Name or service not known", "kafka:9092", node="1")
    ]
    assert (
        reason(lines)
        == "the cluster answers, but advertises kafka:9092 (advertised.listeners): host "
        "name not resolved"
    )


def test_each_certificate_that_is_not_trusted_has_its_own_cause() -> None:
    failed = (
        "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: "
        "broker certificate could not be verified"
    )
    lines = [fail(failed, server, scheme="ssl://") for server in ("a:1", "b:2", "a:1")]
    assert (
        reason(lines, lambda meaning, server: f"{server}: {meaning[:10]}")
        == "a:1: a:1: TLS failed; b:2: b:2: TLS failed"
    )
    assert reason(lines, lambda _meaning, _server: "ca_cert is another") == "ca_cert is another"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "SASL authentication error: Authentication failed during authentication due to "
            "invalid credentials with SASL mechanism SCRAM-SHA-512 (after 309ms in state AUTH_REQ)",
            True,
        ),
        # which says nothing of a SCRAM password
        ("SASL authentication error: Authentication failed (after 9ms in state AUTH_REQ)", False),
        ("Connection refused (after 0ms in state CONNECT)", False),
    ],
)
def test_only_a_refused_password_differs(text: str, refused: bool) -> None:
    assert refuses_password([fail("other"), fail(text)]) is refused
