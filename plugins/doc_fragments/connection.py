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
      - Addresses of one or more brokers, each as C(host:port), an IPv6 address as C([::1]:9092).
        A comma-separated string is accepted, too. Spaces and line breaks around an address do not
        count.
      - There is no default, not for the port either. If not set, the value of environment variable
        E(OMNINODE_KAFKA_BOOTSTRAP_SERVERS) is used.
      - An invalid address is never shown, since it may hold a password.
    type: list
    elements: str
  security_protocol:
    description:
      - The protocol of the brokers' listener.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SECURITY_PROTOCOL) is used,
        or else V(PLAINTEXT).
      - Options that the protocol does not use are refused, because they show that more than
        V(PLAINTEXT) was meant. O(sasl_mechanism), O(sasl_username) and O(sasl_password) need a
        protocol that begins with C(SASL_); O(ca_cert), O(client_cert), O(client_key) and properties
        that begin with C(ssl.) need V(SSL) or V(SASL_SSL).
      - So are environment variables for these options. But where this option is set itself, the
        variables that the protocol does not use are ignored.
    type: str
    choices: [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]
  ca_cert:
    description:
      - Path of a PEM file with the certificates of the authorities that signed the brokers'
        certificates.
      - Without it, the authorities that the system trusts are used.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CA_CERT) is used.
    type: path
  client_cert:
    description:
      - Path of a PEM file with the client's certificate, for brokers that ask for one.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - Path of a PEM file with the private key of O(client_cert), not the key itself. The password
        of an encrypted key goes into O(secret_client_properties) as C(ssl.key.password).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_KEY) is used.
    type: path
  sasl_mechanism:
    description:
      - How the client authenticates; needed with the security protocols that begin with C(SASL_).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_MECHANISM) is used.
    type: str
    choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
  sasl_username:
    description:
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_USERNAME) is used.
    type: str
  sasl_password:
    description:
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SASL_PASSWORD) is used.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from 1 to 3000. A large write gets more, in proportion
        to its size. Connecting takes less than 10 seconds in any case.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_TIMEOUT) is used, or else
        V(30).
    type: int
  cluster_id:
    description:
      - The ID of the cluster that is meant. Another cluster behind the same address is refused
        before anything is read from it.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLUSTER_ID) is used.
    type: str
  client_properties:
    description:
      - Further properties of the client library librdkafka, as its C(CONFIGURATION.md) names them.
      - The value of a property is a text, a number or a boolean. Write a list as the library
        spells it, as in V(a,b).
      - Properties that have an option of their own, and properties that carry secrets, are refused.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_CLIENT_PROPERTIES) is used.
    type: dict
  secret_client_properties:
    description:
      - Further properties of the client library whose values are secrets.
      - If not set, the value of environment variable E(OMNINODE_KAFKA_SECRET_CLIENT_PROPERTIES) is
        used.
    type: dict
requirements:
  - Python 3.11 or newer
  - confluent-kafka 2.6.1 or newer
notes:
  - On a host with a local connection, set C(ansible_python_interpreter) to the Jinja expression
    C(ansible_playbook_python), so that the modules run where the Python libraries are installed.
  - An environment variable that is empty counts as not set. An error that comes from a variable
    names it.
  - All connection options can be set once with C(module_defaults) for the action group
    C(omninode.kafka.all).
"""
