"""The year's cycle: calendar, announcement, registration, meeting, reports, inspection, follow-ups, reminders (P4)."""

import sqlalchemy as sa
from alembic import op

revision = 'cycle'
down_revision = 'plans'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('goal_template',
    sa.Column('horizon', sa.String(length=32), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal_template')),
    sa.UniqueConstraint('text', name=op.f('uq_goal_template_text'))
    )
    op.create_table('job_run',
    sa.Column('job', sa.String(length=32), nullable=False),
    sa.Column('run_on', sa.Date(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run')),
    sa.UniqueConstraint('job', 'run_on', name=op.f('uq_job_run_job_run_on'))
    )
    op.create_table('reminder',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('mailed_on', sa.Date(), nullable=True),
    sa.Column('acknowledged_on', sa.Date(), nullable=True),
    sa.Column('snoozed_until', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_reminder_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('staff_id', 'rule', 'key', name=op.f('uq_reminder_staff_id_rule_key'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_due', ['due_on', 'staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reminder_staff_id'), ['staff_id'], unique=False)

    op.create_table('calendar_feed',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('last_read_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_feed_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('account_id', name=op.f('uq_calendar_feed_account_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('announcement',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('plan_number', sa.String(length=32), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['published_by_id'], ['account.id'], name=op.f('fk_announcement_published_by_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_announcement_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_school_year_id'), ['school_year_id'], unique=False)

    op.create_table('assignment_meeting',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('chair_id', sa.Integer(), nullable=False),
    sa.Column('decision_number', sa.String(length=32), nullable=True),
    sa.Column('proceedings', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chair_id'], ['staff.id'], name=op.f('fk_assignment_meeting_chair_id_staff')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_assignment_meeting_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_meeting'))
    )
    with op.batch_alter_table('assignment_meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_meeting_chair_id'), ['chair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_meeting_held_on'), ['held_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_meeting_school_year_id'), ['school_year_id'], unique=False)

    op.create_table('department_report',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('submitted_at', sa.DateTime(), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_department_report_department_id_department')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_department_report_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['account.id'], name=op.f('fk_department_report_submitted_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department_report')),
    sa.UniqueConstraint('department_id', 'period', name=op.f('uq_department_report_department_id_period'))
    )
    with op.batch_alter_table('department_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_department_report_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_department_report_period'), ['period'], unique=False)
        batch_op.create_index(batch_op.f('ix_department_report_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_department_report_state'), ['state'], unique=False)

    op.create_table('moved_deadline',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('deadline', sa.String(length=32), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_moved_deadline_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moved_deadline')),
    sa.UniqueConstraint('school_year_id', 'deadline', 'period', name=op.f('uq_moved_deadline_school_year_id_deadline_period'))
    )
    with op.batch_alter_table('moved_deadline', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moved_deadline_school_year_id'), ['school_year_id'], unique=False)

    op.create_table('registration',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_registration_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_registration_staff_id_staff')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_registration_student_id_student')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_student_id'), ['student_id'], unique=False)

    op.create_table('roll_over',
    sa.Column('from_year_id', sa.Integer(), nullable=False),
    sa.Column('to_year_id', sa.Integer(), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('applied_by_id', sa.Integer(), nullable=True),
    sa.Column('undone_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['applied_by_id'], ['account.id'], name=op.f('fk_roll_over_applied_by_id_account')),
    sa.ForeignKeyConstraint(['from_year_id'], ['school_year.id'], name=op.f('fk_roll_over_from_year_id_school_year')),
    sa.ForeignKeyConstraint(['to_year_id'], ['school_year.id'], name=op.f('fk_roll_over_to_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_over'))
    )
    with op.batch_alter_table('roll_over', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_over_from_year_id'), ['from_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_over_to_year_id'), ['to_year_id'], unique=False)

    op.create_table('screening_decision',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('taken_in', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_screening_decision_decided_by_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_screening_decision_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_screening_decision_student_id_student')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screening_decision')),
    sa.UniqueConstraint('school_year_id', 'student_id', name=op.f('uq_screening_decision_school_year_id_student_id'))
    )
    with op.batch_alter_table('screening_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_screening_decision_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_screening_decision_student_id'), ['student_id'], unique=False)

    op.create_table('announcement_reading',
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_reading_announcement_id_announcement')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_announcement_reading_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_reading')),
    sa.UniqueConstraint('announcement_id', 'staff_id', name=op.f('uq_announcement_reading_announcement_id_staff_id'))
    )
    with op.batch_alter_table('announcement_reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_reading_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_reading_staff_id'), ['staff_id'], unique=False)

    op.create_table('roll_over_item',
    sa.Column('roll_over_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('change', sa.String(length=32), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['roll_over_id'], ['roll_over.id'], name=op.f('fk_roll_over_item_roll_over_id_roll_over')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_over_item'))
    )
    with op.batch_alter_table('roll_over_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_over_item_roll_over_id'), ['roll_over_id'], unique=False)

    op.create_table('teaching',
    sa.Column('classroom_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['classroom_id'], ['classroom.id'], name=op.f('fk_teaching_classroom_id_classroom')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_teaching_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teaching')),
    sa.UniqueConstraint('classroom_id', 'staff_id', name=op.f('uq_teaching_classroom_id_staff_id'))
    )
    with op.batch_alter_table('teaching', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teaching_classroom_id'), ['classroom_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_teaching_staff_id'), ['staff_id'], unique=False)

    op.create_table('inspection',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('inspector_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('sponsorship_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_inspection_case_id_support_case')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_inspection_department_id_department')),
    sa.ForeignKeyConstraint(['inspector_id'], ['staff.id'], name=op.f('fk_inspection_inspector_id_staff')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_inspection_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['sponsorship_id'], ['sponsorship.id'], name=op.f('fk_inspection_sponsorship_id_sponsorship')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection'))
    )
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_held_on'), ['held_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_inspector_id'), ['inspector_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_sponsorship_id'), ['sponsorship_id'], unique=False)

    op.create_table('follow_up',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=True),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('inspection_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['staff.id'], name=op.f('fk_follow_up_answered_by_id_staff')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_follow_up_case_id_support_case')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['account.id'], name=op.f('fk_follow_up_closed_by_id_account')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_follow_up_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_follow_up_owner_id_staff')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['staff.id'], name=op.f('fk_follow_up_raised_by_id_staff')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_follow_up_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_inspection_id'), ['inspection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_raised_by_id'), ['raised_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_state'), ['state'], unique=False)

    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('entered_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_progress_evaluation_entered_by_id_account'), 'account', ['entered_by_id'], ['id'])

    with op.batch_alter_table('school_year', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('closed_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('closed_despite', sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_school_year_closed_by_id_account'), 'account', ['closed_by_id'], ['id'])

    with op.batch_alter_table('sponsorship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('meeting_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('follows_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_sponsorship_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_sponsorship_meeting_id_assignment_meeting'), 'assignment_meeting', ['meeting_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_sponsorship_follows_id_sponsorship'), 'sponsorship', ['follows_id'], ['id'])

    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('commune', sa.String(length=200), nullable=True))

    with op.batch_alter_table('student_private', schema=None) as batch_op:
        batch_op.add_column(sa.Column('commune', sa.String(length=200), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('student_private', schema=None) as batch_op:
        batch_op.drop_column('commune')

    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.drop_column('commune')

    with op.batch_alter_table('sponsorship', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sponsorship_follows_id_sponsorship'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_sponsorship_meeting_id_assignment_meeting'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_sponsorship_meeting_id'))
        batch_op.drop_column('follows_id')
        batch_op.drop_column('meeting_id')

    with op.batch_alter_table('school_year', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_school_year_closed_by_id_account'), type_='foreignkey')
        batch_op.drop_column('closed_despite')
        batch_op.drop_column('closed_by_id')
        batch_op.drop_column('closed_on')

    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_progress_evaluation_entered_by_id_account'), type_='foreignkey')
        batch_op.drop_column('entered_by_id')

    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_state'))
        batch_op.drop_index(batch_op.f('ix_follow_up_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_raised_by_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_owner_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_inspection_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_due_on'))
        batch_op.drop_index(batch_op.f('ix_follow_up_case_id'))

    op.drop_table('follow_up')
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inspection_sponsorship_id'))
        batch_op.drop_index(batch_op.f('ix_inspection_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_inspection_inspector_id'))
        batch_op.drop_index(batch_op.f('ix_inspection_held_on'))
        batch_op.drop_index(batch_op.f('ix_inspection_department_id'))
        batch_op.drop_index(batch_op.f('ix_inspection_case_id'))

    op.drop_table('inspection')
    with op.batch_alter_table('teaching', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_teaching_staff_id'))
        batch_op.drop_index(batch_op.f('ix_teaching_classroom_id'))

    op.drop_table('teaching')
    with op.batch_alter_table('roll_over_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roll_over_item_roll_over_id'))

    op.drop_table('roll_over_item')
    with op.batch_alter_table('announcement_reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_reading_staff_id'))
        batch_op.drop_index(batch_op.f('ix_announcement_reading_announcement_id'))

    op.drop_table('announcement_reading')
    with op.batch_alter_table('screening_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_screening_decision_student_id'))
        batch_op.drop_index(batch_op.f('ix_screening_decision_school_year_id'))

    op.drop_table('screening_decision')
    with op.batch_alter_table('roll_over', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roll_over_to_year_id'))
        batch_op.drop_index(batch_op.f('ix_roll_over_from_year_id'))

    op.drop_table('roll_over')
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_registration_student_id'))
        batch_op.drop_index(batch_op.f('ix_registration_staff_id'))
        batch_op.drop_index(batch_op.f('ix_registration_school_year_id'))

    op.drop_table('registration')
    with op.batch_alter_table('moved_deadline', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_moved_deadline_school_year_id'))

    op.drop_table('moved_deadline')
    with op.batch_alter_table('department_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_department_report_state'))
        batch_op.drop_index(batch_op.f('ix_department_report_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_department_report_period'))
        batch_op.drop_index(batch_op.f('ix_department_report_department_id'))

    op.drop_table('department_report')
    with op.batch_alter_table('assignment_meeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_meeting_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_meeting_held_on'))
        batch_op.drop_index(batch_op.f('ix_assignment_meeting_chair_id'))

    op.drop_table('assignment_meeting')
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_school_year_id'))

    op.drop_table('announcement')
    op.drop_table('calendar_feed')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_staff_id'))
        batch_op.drop_index('ix_reminder_due')

    op.drop_table('reminder')
    op.drop_table('job_run')
    op.drop_table('goal_template')
