# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes what a module of the collection takes, and does nothing: half of the floor."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    # scram_users lists dictionaries, the others take any form
    spec = {
        "bootstrap_servers": {"type": "list", "elements": "str"},
        "profiles": {"type": "dict", "default": {}},
        **{name: {"type": "raw", "default": []} for name in ("topics", "acls", "quotas")},
        "users": {"type": "list", "elements": "dict", "default": []},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
