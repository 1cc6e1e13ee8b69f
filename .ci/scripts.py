"""Writes every script of workflows and actions into a folder, for shellcheck: scripts.py FOLDER FILES

A script with an expression in it is refused: what GitHub puts in its place is run, whoever wrote it.
"""

import pathlib
import re
import sys

from ruamel.yaml import YAML

# The shell that GitHub runs a script with; where a step names bash, with pipefail, too.
SHELLS = {None: "#!/usr/bin/env bash\nset -e\n", "bash": "#!/usr/bin/env bash\nset -eo pipefail\n"}


def steps(node):
    """Every mapping below `node` that has a script."""
    if isinstance(node, dict):
        if isinstance(node.get("run"), str):
            yield node
        for value in node.values():
            yield from steps(value)
    elif isinstance(node, list):
        for value in node:
            yield from steps(value)


folder = pathlib.Path(sys.argv[1])
failed = False
for file in map(pathlib.Path, sys.argv[2:]):
    tree = "-".join(file.resolve().parts[-5:])
    for number, step in enumerate(steps(YAML(typ="safe").load(file))):
        if "${{" in step["run"]:
            print(f"{file}: an expression in a script: {step['run']}")
            failed = True
        script = re.sub(r"[^A-Za-z0-9.-]", "_", f"{tree}-{number}.sh")
        (folder / script).write_text(SHELLS[step.get("shell")] + step["run"])
sys.exit(failed)
