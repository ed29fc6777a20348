"""Writes asl_engine/syntax/services.txt.gz: every AWS service and API that `arn:aws:states:::aws-sdk:SERVICE:API` can name.

    python tools/service_table.py

The names come from botocore's service models. Step Functions spells a service as the AWS SDK for Java 2 names its
package (service id without blanks, "Amazon", "AWS" and a final "Service", in lower case) and an API in camelCase.
One line a service, `name api api …`; the first line says which botocore it was made from.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from pathlib import Path

import botocore
from botocore.loaders import Loader

TABLE = Path(__file__).parent.parent / "asl_engine" / "syntax" / "services.txt.gz"


def package_name(service_id: str) -> str:
    """The service's name in the AWS SDK for Java 2, which Step Functions uses: "Config Service" is config."""
    name = re.sub(r"[^A-Za-z0-9 ]", "", service_id)
    name = re.sub(r"^(?:Amazon|AWS)(?=\s*\w)", "", name)
    name = re.sub(r"\s*Service$", "", name) or name
    return name.replace(" ", "").lower()


def apis_by_service() -> dict[str, list[str]]:
    loader, found = Loader(), defaultdict(set)
    for name in loader.list_available_services("service-2"):
        model = loader.load_service_model(name, "service-2")
        found[package_name(model["metadata"]["serviceId"])].update(f"{api[0].lower()}{api[1:]}" for api in model["operations"])
    return {service: sorted(apis) for service, apis in sorted(found.items())}


def main() -> None:
    services = apis_by_service()
    lines = [f"# botocore {botocore.__version__}, Apache-2.0", *(f"{service} {' '.join(apis)}" for service, apis in services.items())]
    # Without a time stamp, so that the same models give the same file.
    TABLE.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), 9, mtime=0))
    print(f"{TABLE.name}: {len(services)} services, {sum(map(len, services.values()))} APIs, {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
