"""openapi_json.py YAML VERSION JSON: the contract as the gateway serves it, with the program's version."""
import json
import sys
from pathlib import Path

import yaml

source, version, target = sys.argv[1:]
document = yaml.safe_load(Path(source).read_text())
document["info"]["version"] = version
text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
if not Path(target).is_file() or Path(target).read_text() != text:
    Path(target).write_text(text)
