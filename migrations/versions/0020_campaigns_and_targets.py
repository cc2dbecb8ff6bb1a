"""campaigns, targets of a hundred days, recognition."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What a case's messages cost is counted with the case, on the day on which it is due.
MESSAGES = """
create function messages_tell_rollups() returns trigger language plpgsql as $$
begin
  insert into rollup_changes (of_cases, institution_id, day)
  select true, cases.institution_id, (cases.first_due_at at time zone 'Africa/Nairobi')::date
  from cases where cases.id = new.case_id;
  return null;
end $$;
create trigger messages_tell_rollups after insert on messages for each row
when (new.case_id is not null and (new.sent_at is not null or new.cost_kes is not null))
execute function messages_tell_rollups();
create trigger messages_tell_rollups_of_changes after update on messages for each row
when (new.case_id is not null and (new.case_id, new.sent_at is null, new.cost_kes)
      is distinct from (old.case_id, old.sent_at is null, old.cost_kes))
execute function messages_tell_rollups();
"""


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_sw", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=True),
        sa.Column("service_id", sa.Text(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_campaigns_institution_id_institutions"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_campaigns_made_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("fk_campaigns_service_id_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("code", name=op.f("uq_campaigns_code")),
    )
    op.create_table(
        "hundred_day_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("baseline", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_hundred_day_targets_institution_id_institutions"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["staff.id"], name=op.f("fk_hundred_day_targets_set_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hundred_day_targets")),
    )
    op.create_index(
        op.f("ix_hundred_day_targets_institution_id"),
        "hundred_day_targets",
        ["institution_id"],
        unique=False,
    )
    op.create_table(
        "week_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column(
            "proposal",
            sa.Enum(
                "recognise",
                "improve",
                name="proposal",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_week_decisions_decided_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_week_decisions_institution_id_institutions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_decisions")),
        sa.UniqueConstraint(
            "period",
            "institution_id",
            "indicator",
            name=op.f("uq_week_decisions_period_institution_id_indicator"),
        ),
    )
    for table in ("ratings", "cases"):
        op.add_column(table, sa.Column("campaign_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_campaign_id_campaigns"), table, "campaigns", ["campaign_id"], ["id"]
        )
        op.create_index(
            f"ix_{table}_campaign",
            table,
            ["campaign_id"],
            unique=False,
            postgresql_where=sa.text("campaign_id is not null"),
        )
    op.create_check_constraint(
        op.f("ck_ratings_not_drawn"), "ratings", "campaign_id is null or sample <> 'verified'"
    )
    op.execute(MESSAGES)


def downgrade() -> None:
    op.execute("drop trigger messages_tell_rollups_of_changes on messages")
    op.execute("drop trigger messages_tell_rollups on messages")
    op.execute("drop function messages_tell_rollups()")
    op.drop_constraint(op.f("ck_ratings_not_drawn"), "ratings", type_="check")
    for table in ("cases", "ratings"):
        op.drop_index(f"ix_{table}_campaign", table_name=table)
        op.drop_constraint(op.f(f"fk_{table}_campaign_id_campaigns"), table, type_="foreignkey")
        op.drop_column(table, "campaign_id")
    for table in ("week_decisions", "hundred_day_targets", "campaigns"):
        op.drop_table(table)
