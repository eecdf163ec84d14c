"""Lists that come in as files, documents that go out, and the log of what left the panel."""

import sqlalchemy as sa
from alembic import op

revision = 'papers'
down_revision = 'semesters'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('column_name',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('header', sa.String(length=200), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_column_name')),
    sa.UniqueConstraint('kind', 'header', name=op.f('uq_column_name_kind_header'))
    )
    op.create_table('document_template',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_template')),
    sa.UniqueConstraint('kind', name=op.f('uq_document_template_kind'))
    )
    op.create_table('school_profile',
    sa.Column('school_name', sa.String(length=200), nullable=True),
    sa.Column('parent_body', sa.String(length=200), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=True),
    sa.Column('symbol', sa.String(length=32), nullable=True),
    sa.Column('signer_title', sa.Text(), nullable=True),
    sa.Column('signer_name', sa.String(length=200), nullable=True),
    sa.Column('drafter_name', sa.String(length=200), nullable=True),
    sa.Column('union_name', sa.String(length=200), nullable=True),
    sa.Column('legal_basis', sa.Text(), nullable=True),
    sa.Column('recipients', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_profile'))
    )
    op.create_table('commendation',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('achievement', sa.Text(), nullable=True),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('decision_number', sa.String(length=32), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(staff_id IS NULL) != (department_id IS NULL)', name=op.f('ck_commendation_one')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_commendation_department_id_department')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_commendation_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_commendation_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commendation'))
    )
    with op.batch_alter_table('commendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commendation_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commendation_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commendation_staff_id'), ['staff_id'], unique=False)

    op.create_table('disclosure',
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('format', sa.String(length=8), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=True),
    sa.Column('filters', sa.String(length=200), nullable=True),
    sa.Column('row_count', sa.Integer(), nullable=True),
    sa.Column('school_year_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_disclosure_account_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_disclosure_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_disclosure_student_id_student')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure'))
    )
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_student_id'), ['student_id'], unique=False)

    op.create_table('import_run',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=32), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('layout', sa.JSON(), nullable=True),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_import_run_account_id_account')),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_import_run_school_year_id_school_year')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_run_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_file_hash'), ['file_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_state'), ['state'], unique=False)

    op.create_table('school_report',
    sa.Column('school_year_id', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.String(length=32), nullable=False),
    sa.Column('correction', sa.Integer(), nullable=False),
    sa.Column('correction_reason', sa.Text(), nullable=True),
    sa.Column('number', sa.String(length=32), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('difficulties', sa.Text(), nullable=True),
    sa.Column('proposals', sa.Text(), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('submitted_at', sa.DateTime(), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('audit_head', sa.String(length=64), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['school_year_id'], ['school_year.id'], name=op.f('fk_school_report_school_year_id_school_year')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['account.id'], name=op.f('fk_school_report_submitted_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_report')),
    sa.UniqueConstraint('school_year_id', 'occasion', 'correction', name=op.f('uq_school_report_school_year_id_occasion_correction'))
    )
    with op.batch_alter_table('school_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_report_school_year_id'), ['school_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_report_state'), ['state'], unique=False)

    op.create_table('import_content',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('rejected', sa.JSON(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_content_run_id_import_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_content')),
    sa.UniqueConstraint('run_id', name=op.f('uq_import_content_run_id'))
    )
    op.create_table('import_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_item_run_id_import_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_item'))
    )
    with op.batch_alter_table('import_item', schema=None) as batch_op:
        batch_op.create_index('ix_import_item_row', ['table_name', 'row_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_item_run_id'), ['run_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('import_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_item_run_id'))
        batch_op.drop_index('ix_import_item_row')

    op.drop_table('import_item')
    op.drop_table('import_content')
    with op.batch_alter_table('school_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_report_state'))
        batch_op.drop_index(batch_op.f('ix_school_report_school_year_id'))

    op.drop_table('school_report')
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_run_state'))
        batch_op.drop_index(batch_op.f('ix_import_run_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_import_run_kind'))
        batch_op.drop_index(batch_op.f('ix_import_run_file_hash'))
        batch_op.drop_index(batch_op.f('ix_import_run_account_id'))

    op.drop_table('import_run')
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disclosure_student_id'))
        batch_op.drop_index(batch_op.f('ix_disclosure_account_id'))

    op.drop_table('disclosure')
    with op.batch_alter_table('commendation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commendation_staff_id'))
        batch_op.drop_index(batch_op.f('ix_commendation_school_year_id'))
        batch_op.drop_index(batch_op.f('ix_commendation_department_id'))

    op.drop_table('commendation')
    op.drop_table('school_profile')
    op.drop_table('document_template')
    op.drop_table('column_name')
