"""Messages: the outbox and the inbox are the same rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Message(Base):
    """What one person is told on one occasion, in the application and (or) by mail.

    No text is stored: ``template`` names the declared words (``transition/submit_idea/0``,
    ``reminder/first_answer/-3 wd``, ``digest``) and ``params`` holds plain values; both are
    rendered in the reader's language when the mail leaves and each time the inbox shows it.
    ``occasion`` makes it impossible to tell the same thing twice.
    """

    __tablename__ = "message"

    id: Mapped[Key]
    recipient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    occasion: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(30))
    template: Mapped[str] = mapped_column(sa.String(120))
    params: Mapped[dict[str, Any]]
    compulsory: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    in_inbox: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None]
    mail_state: Mapped[str] = mapped_column(sa.String(12), default="pending")
    mail_message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    digest_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("message.id"))

    __table_args__ = (
        sa.CheckConstraint(
            "mail_state IN ('pending','sending','sent','failed','none','digest','digested')",
            name="mail_state",
        ),
        sa.UniqueConstraint("recipient_id", "occasion"),
        sa.Index("ix_message_outbox", "mail_state", "next_attempt_at"),
        sa.Index("ix_message_inbox", "recipient_id", "in_inbox", "created_at"),
        sa.Index("ix_message_digest", "digest_id"),
        sa.Index(
            "ix_message_unread",
            "recipient_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )


class NotificationChoice(Base):
    """How a person wants to hear of a kind of message: ``now``, ``daily`` or ``none``."""

    __tablename__ = "notification_choice"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    choice: Mapped[str] = mapped_column(sa.String(10))

    __table_args__ = (sa.CheckConstraint("choice IN ('now','daily','none')", name="choice"),)
