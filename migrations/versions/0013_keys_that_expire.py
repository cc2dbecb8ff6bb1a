"""keys that expire, and the order of public requests."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_keys", sa.Column("per_minute", sa.Integer(), nullable=True))
    op.create_index(
        "ix_cases_public",
        "cases",
        ["received_on", "service_id", "institution_id"],
        unique=False,
        postgresql_where=sa.text("lane = 'open' and not quiet"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_cases_public",
        table_name="cases",
        postgresql_where=sa.text("lane = 'open' and not quiet"),
    )
    op.drop_column("api_keys", "per_minute")
    op.drop_column("api_keys", "last_used_at")
    op.drop_column("api_keys", "expires_at")
