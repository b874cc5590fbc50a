"""The usual script for this job: read with pandas, send with requests, one row after the other.

python -m tests.benchmarks.plain_loop URL WORKBOOK RESULTS
"""

import sys

import pandas as pd
import requests


def main(url: str, workbook: str, results: str) -> None:
    """Send every row, and write the status codes beside the rows."""
    table = pd.read_excel(workbook, dtype=str)
    session = requests.Session()
    credentials = {"Username": "clerk", "Password": "secret"}
    token = session.post(f"{url}/api/token", json=credentials).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    statuses = []
    for po, number, carrier, day, *_ in table.itertuples(index=False):
        body = {
            "TrackingNumber": number,
            "ShippedViaCarrier": carrier,
            "ShippedOn": f"{day[:10]}T12:00:00.000Z",
        }
        reply = session.put(f"{url}/api/PurchaseOrders/{po}/TrackingNumber", json=body)
        statuses.append(reply.status_code)
    table["Status"] = statuses
    table.to_excel(results, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
