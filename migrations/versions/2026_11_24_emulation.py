"""Emulation: criteria and schemes, score sheets, yearly ratings, quotas; activities that somebody confirms."""

import sqlalchemy as sa
from alembic import op

revision = 'emulation'
down_revision = 'papers'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('commendation_quota',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('departments', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_commendation_quota_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commendation_quota')),
    sa.UniqueConstraint('school_year_id', 'level', name=op.f('uq_commendation_quota_school_year_id_level'))
    )
    with op.batch_alter_table('commendation_quota', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commendation_quota_school_year_id'), ['school_year_id'], unique=False)

    op.create_table('criterion',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=True),
    sa.Column('bonus', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_criterion_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion')),
    sa.UniqueConstraint('school_year_id', 'code', name=op.f('uq_criterion_school_year_id_code'))
    )
    with op.batch_alter_table('criterion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_criterion_school_year_id'), ['school_year_id'], unique=False)

    op.create_table('emulation_scheme',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('excellent_from', sa.Integer(), nullable=False),
    sa.Column('good_from', sa.Integer(), nullable=False),
    sa.Column('fulfilled_from', sa.Integer(), nullable=False),
    sa.Column('bonus_cap', sa.Integer(), nullable=False),
    sa.Column('converted_points', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('decision_number', sa.String(length=32), nullable=True),
    sa.Column('fixed_on', sa.Date(), nullable=True),
    sa.Column('reopened_because', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_emulation_scheme_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emulation_scheme')),
    sa.UniqueConstraint('school_year_id', name=op.f('uq_emulation_scheme_school_year_id'))
    )
    op.create_table('score_comment',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('appeal', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], name=op.f('fk_score_comment_answered_by_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_score_comment_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_score_comment_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_comment'))
    )
    with op.batch_alter_table('score_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_comment_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_comment_staff_id'), ['staff_id'], unique=False)

    op.create_table('score_sheet',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('result', sa.JSON(), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=True),
    sa.Column('decision_number', sa.String(length=32), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('frozen_at', sa.DateTime(), nullable=True),
    sa.Column('frozen_by_id', sa.Integer(), nullable=True),
    sa.Column('reopened_because', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['frozen_by_id'], ['account.id'], name=op.f('fk_score_sheet_frozen_by_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_score_sheet_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_score_sheet_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_sheet')),
    sa.UniqueConstraint('school_year_id', 'staff_id', name=op.f('uq_score_sheet_school_year_id_staff_id'))
    )
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_sheet_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_sheet_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_sheet_state'), ['state'], unique=False)

    op.create_table('yearly_rating',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('rating', sa.String(length=32), nullable=False),
    sa.Column('decision_number', sa.String(length=32), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_yearly_rating_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_yearly_rating_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_yearly_rating')),
    sa.UniqueConstraint('school_year_id', 'staff_id', name=op.f('uq_yearly_rating_school_year_id_staff_id'))
    )
    with op.batch_alter_table('yearly_rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_yearly_rating_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_yearly_rating_staff_id'), ['staff_id'], unique=False)

    op.create_table('score_adjustment',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['criterion_id'], ['criterion.id'], name=op.f('fk_score_adjustment_criterion_id_criterion')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_score_adjustment_made_by_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_score_adjustment_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_score_adjustment_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_adjustment'))
    )
    with op.batch_alter_table('score_adjustment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_adjustment_criterion_id'), ['criterion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_adjustment_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_adjustment_staff_id'), ['staff_id'], unique=False)

    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_activity_confirmed_by_id_account'), 'account', ['confirmed_by_id'], ['id'])

    # Not in a batch: that makes the table anew on SQLite, and loses its check.
    op.add_column('commendation', sa.Column('award', sa.String(length=32), nullable=False, server_default='other'))

    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_sent_at', sa.DateTime(), nullable=True))
    op.execute('UPDATE progress_evaluation SET first_sent_at = submitted_at')



def downgrade() -> None:
    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.drop_column('first_sent_at')

    op.drop_column('commendation', 'award')

    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_activity_confirmed_by_id_account'), type_='foreignkey')
        batch_op.drop_column('confirmed_by_id')
        batch_op.drop_column('confirmed_on')

    with op.batch_alter_table('score_adjustment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_adjustment_staff_id'))
        batch_op.drop_index(batch_op.f('ix_score_adjustment_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_score_adjustment_criterion_id'))

    op.drop_table('score_adjustment')
    with op.batch_alter_table('yearly_rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_yearly_rating_staff_id'))
        batch_op.drop_index(batch_op.f('ix_yearly_rating_school_year_id'))

    op.drop_table('yearly_rating')
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_sheet_state'))
        batch_op.drop_index(batch_op.f('ix_score_sheet_staff_id'))
        batch_op.drop_index(batch_op.f('ix_score_sheet_school_year_id'))

    op.drop_table('score_sheet')
    with op.batch_alter_table('score_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_comment_staff_id'))
        batch_op.drop_index(batch_op.f('ix_score_comment_school_year_id'))

    op.drop_table('score_comment')
    op.drop_table('emulation_scheme')
    with op.batch_alter_table('criterion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_criterion_school_year_id'))

    op.drop_table('criterion')
    with op.batch_alter_table('commendation_quota', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commendation_quota_school_year_id'))

    op.drop_table('commendation_quota')
