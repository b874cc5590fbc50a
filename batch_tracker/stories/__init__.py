"""What the commands do, as short stories over the stages. Read these files first.

check      read the manifest, plan, tell; nothing is kept and nothing is sent
run        read the manifest into the ledger, plan, send, report
resume     send what a run has left open, report; `retry` opens failed rows first
stage      the first part of a check or a run: a manifest into the ledger, and planned there
send       the second part: look at the POs, send, and tell what ended it
outcome    the last part: what it came to, in numbers, in a workbook, on a page
history    the stories that look back; nothing in them sends
accounts   run the manifests of several accounts at once
undo       prepare the way back
"""
