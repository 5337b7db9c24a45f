# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/connection.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  bootstrap_servers:
    description:
      - Addresses of one or more brokers, each as C(host:port), or as C([::1]:9092) for IPv6. A
        comma-separated string is accepted too. Spaces and line breaks around an address are
        ignored.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_BOOTSTRAP_SERVERS) is used.
        There is no default, and no default port.
      - An invalid address is not shown in messages, because it may hold a password.
    type: list
    elements: str
  security_protocol:
    description:
      - The protocol of the brokers' listener.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SECURITY_PROTOCOL) is used,
        and the default only without it.
      - Options that begin with C(sasl_) or C(oauth_) need a protocol that begins with C(SASL_).
        Those that begin with C(ca_) or C(client_cert) or C(client_key), and properties that begin
        with C(ssl.), need V(SSL) or V(SASL_SSL). With any other protocol they are an error, so that
        nobody connects without encryption by mistake.
      - Environment variables for these options are an error too. If this option itself is set, the
        variables that the protocol does not use are ignored instead.
    type: str
    choices: [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]
    default: PLAINTEXT
  ca_cert:
    description:
      - Path of a PEM file with the certificates of the authorities that signed the brokers'
        certificates.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CA_CERT) is used, or else the
        authorities that the system trusts.
    type: path
  ca_cert_pem:
    description:
      - The text of such a file, in place of O(ca_cert). A vault hands it on so.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CA_CERT_PEM) is used.
    type: str
  client_cert:
    description:
      - Path of a PEM file with the client's certificate, for brokers that ask for one.
      - Brokers derive the principal from the subject of the certificate, by the rules of
        C(ssl.principal.mapping.rules) at their listener.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_CERT) is used.
    type: path
  client_cert_pem:
    description:
      - The text of such a file, in place of O(client_cert).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_CERT_PEM) is used.
    type: str
  client_key:
    description:
      - Path of a PEM file with the private key of O(client_cert), not the key itself.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_KEY) is used.
    type: path
  client_key_pem:
    description:
      - The text of such a file, in place of O(client_key). The module writes it to no disk.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_KEY_PEM) is used.
    type: str
  client_key_password:
    description:
      - The password of O(client_key) or O(client_key_pem), if the key is encrypted.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_KEY_PASSWORD) is used.
    type: str
  sasl_mechanism:
    description:
      - How the client authenticates. Required if O(security_protocol) begins with C(SASL_).
      - V(PLAIN), V(SCRAM-SHA-256) and V(SCRAM-SHA-512) need O(sasl_username) and O(sasl_password).
      - V(OAUTHBEARER) needs O(oauth_token_endpoint), O(oauth_client_id) and O(oauth_client_secret),
        or else O(oauth_token).
      - V(GSSAPI) needs a build of librdkafka that has it, which no package on PyPI has, and for
        replicas and quotas the Python library gssapi. O(client_properties) take what is about
        Kerberos, such as C(sasl.kerberos.service.name), C(sasl.kerberos.principal) and
        C(sasl.kerberos.keytab).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_MECHANISM) is used.
    type: str
    choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, GSSAPI]
  sasl_username:
    description:
      - The user that the client authenticates as by a password.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_USERNAME) is used.
    type: str
  sasl_password:
    description:
      - The password of O(sasl_username).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_PASSWORD) is used.
    type: str
  oauth_token_endpoint:
    description:
      - The address that issues tokens by the client credentials grant (RFC 6749, 4.4), such as
        C(https://login.example/oauth2/token). With C(http://) the secret is sent unencrypted.
      - Its certificate is trusted if O(ca_cert), O(ca_cert_pem) or the system trusts its authority.
        Where O(security_protocol) is V(SASL_PLAINTEXT), the system must, or the file that the
        environment variable C(SSL_CERT_FILE) names.
      - The module waits for it for O(timeout) seconds, but at most 10, asks once per run while the
        token lasts, and does not follow a redirection.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_OAUTH_TOKEN_ENDPOINT) is
        used.
    type: str
  oauth_client_id:
    description:
      - The client that the endpoint knows. Brokers call it what the token says, as a rule in its
        claim C(sub).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_OAUTH_CLIENT_ID) is used.
    type: str
  oauth_client_secret:
    description:
      - The secret of O(oauth_client_id).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_OAUTH_CLIENT_SECRET) is used.
    type: str
  oauth_scope:
    description:
      - What is asked of the endpoint, where it wants that.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_OAUTH_SCOPE) is used.
    type: str
  oauth_token:
    description:
      - A token that something else has issued, such as the signer of a cloud provider, in place of
        the endpoint. The module cannot renew it, so it must last as long as the run.
      - A JSON Web Token that has expired is an error. Any other token is taken as it is.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_OAUTH_TOKEN) is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from 1 to 3000. A large write gets more time, in
        proportion to its size. The module gives up connecting within 10 seconds.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_TIMEOUT) is used, and the
        default only without it.
    type: int
    default: 30
  cluster_id:
    description:
      - The ID of the cluster. The module refuses any other cluster behind the same address before
        it reads anything from it.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLUSTER_ID) is used.
    type: str
  client_properties:
    description:
      - Further properties of the client library librdkafka, as named in its C(CONFIGURATION.md).
      - A value is a string, a number or a boolean. Write a list as the library spells it, such as
        V(a,b).
      - Properties that have an option of their own, and properties that hold secrets, are refused.
      - C(sasl.oauthbearer.extensions) are sent with a token by both client libraries.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_PROPERTIES) is used.
    type: dict
    default: {}
  secret_client_properties:
    description:
      - Further properties of the client library that hold secrets.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SECRET_CLIENT_PROPERTIES) is
        used.
    type: dict
    default: {}
requirements:
  - Python 3.11 or newer
  - confluent-kafka 2.6.1 or newer
notes:
  - On a host with a local connection, set C(ansible_python_interpreter) to the Jinja expression
    C(ansible_playbook_python), so that the modules run where the Python libraries are installed.
  - An empty environment variable counts as not set. An error in the value of a variable names the
    variable.
  - Set connection options once for all modules with C(module_defaults) for the action group
    C(omninode.kafka.all).
"""
