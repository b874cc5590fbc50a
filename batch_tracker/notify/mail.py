"""Notices by mail, the results workbooks attached."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from batch_tracker.notify.notice import Notice, NotSent
from batch_tracker.settings import is_loopback
from batch_tracker.settings.channel import Mailbox

_TIMEOUT_S = 15.0
_LARGEST_ATTACHMENT = 10_000_000
"""Bytes of all workbooks together; many mail servers take no mail of more than 20 MB, and
encoding adds a third."""
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class MailNotifier:
    """Sends mail through one server, encrypted unless that is this very machine."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.name = f"smtp ({mailbox.host})"
        self.on = mailbox.on
        self._mailbox = mailbox

    def require_ready(self) -> None:
        """Raise NotSent where the password is missing, or would travel in the open."""
        self._password()
        if self._mailbox.security == "none" and not is_loopback(self._mailbox.host):
            raise NotSent('security = "none" is for a mail server on this machine')

    def send(self, notice: Notice) -> None:
        """Send a notice to every address. Raises NotSent where the server does not take it."""
        self.require_ready()
        try:
            message = self._message(notice)
            with self._connected() as server:
                if self._mailbox.username:
                    server.login(self._mailbox.username, self._password())
                server.send_message(message)
        except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
            raise NotSent(" ".join(str(error).split()) or type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        mailbox = self._mailbox
        if mailbox.security == "ssl":
            return smtplib.SMTP_SSL(
                mailbox.host, mailbox.port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(mailbox.host, mailbox.port, timeout=_TIMEOUT_S)
        if mailbox.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server

    def _password(self) -> str:
        variable = self._mailbox.password_env
        if not variable:
            return ""
        if not (password := os.environ.get(variable, "")):
            raise NotSent(f"the variable {variable} is not set")
        return password

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = notice.title
        message["From"] = self._mailbox.sender
        message["To"] = ", ".join(self._mailbox.to)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._mailbox.sender.partition("@")[2] or None)
        message.set_content(notice.text + "\n")
        attached = [path for path in notice.workbooks if path.is_file()]
        if sum(path.stat().st_size for path in attached) <= _LARGEST_ATTACHMENT:
            for path in attached:
                _attach(message, path)
        return message


def _attach(message: EmailMessage, workbook: Path) -> None:
    main, sub = _XLSX
    message.add_attachment(
        workbook.read_bytes(), maintype=main, subtype=sub, filename=workbook.name
    )
