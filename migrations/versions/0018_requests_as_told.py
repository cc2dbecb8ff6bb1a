"""public requests as they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ERASED = sa.text("erased")
_TOLD = sa.text("not erased")


def upgrade() -> None:
    op.create_table(
        "told_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stood_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("month", "simulated", name=op.f("pk_told_months")),
    )
    op.create_table(
        "told_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "information",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("by_day", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("erased", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_told_requests_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["counties.code"], name=op.f("fk_told_requests_county_code_counties")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_told_requests_institution_id_institutions"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("fk_told_requests_service_id_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_requests")),
        sa.UniqueConstraint("case_id", name=op.f("uq_told_requests_case_id")),
    )
    op.create_index(
        "ix_told_requests_newest", "told_requests", ["received_on", "id"], postgresql_where=_TOLD
    )
    op.create_index(
        "ix_told_requests_service",
        "told_requests",
        ["service_id", "received_on", "id"],
        postgresql_where=_TOLD,
    )
    op.create_index(
        "ix_told_requests_cell", "told_requests", ["month", "institution_id", "service_id"]
    )
    op.create_index("ix_told_requests_erased", "told_requests", ["month"], postgresql_where=_ERASED)


def downgrade() -> None:
    op.drop_table("told_requests")
    op.drop_table("told_months")
