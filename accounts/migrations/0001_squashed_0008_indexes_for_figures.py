"""All tables of accounts as 0001 to 0008 left them, for a new database: an old one has had them."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

TRAIL = import_module("accounts.migrations.0002_audit_trail_is_written_once")
HOLIDAYS = import_module("accounts.migrations.0003_holidays_2025_to_2027")


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_audit_trail_is_written_once'),
        ('accounts', '0003_holidays_2025_to_2027'),
        ('accounts', '0004_officers_change_a_given_password'),
        ('accounts', '0005_drafts_belong_to_the_office'),
        ('accounts', '0006_drafts_go_to_the_unit_of_their_officer'),
        ('accounts', '0007_unit_on_the_map'),
        ('accounts', '0008_indexes_for_figures'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('badge_number', models.CharField(error_messages={'unique': 'Số hiệu này đã có tài khoản.'}, max_length=20, unique=True, verbose_name='số hiệu')),
                ('full_name', models.CharField(max_length=100, verbose_name='họ và tên')),
                ('rank', models.CharField(blank=True, help_text='Ví dụ: Đại úy', max_length=30, verbose_name='cấp bậc')),
                ('role', models.CharField(choices=[('officer', 'Cán bộ'), ('chief', 'Trưởng công an xã'), ('province_supervisor', 'Giám sát cấp tỉnh'), ('ministry_supervisor', 'Giám sát cấp bộ'), ('auditor', 'Kiểm tra nhật ký'), ('administrator', 'Quản trị')], default='officer', max_length=24, verbose_name='vai trò')),
                ('is_active', models.BooleanField(default=True, verbose_name='đang làm việc')),
                ('must_change_password', models.BooleanField(default=False, editable=False, verbose_name='phải đổi mật khẩu')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='lập ngày')),
            ],
            options={
                'verbose_name': 'cán bộ',
                'verbose_name_plural': 'cán bộ',
                'ordering': ['badge_number'],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(error_messages={'unique': 'Ngày này đã có trong danh mục.'}, unique=True, verbose_name='ngày')),
                ('name', models.CharField(max_length=100, verbose_name='tên')),
                ('is_working', models.BooleanField(default=False, help_text='Đánh dấu khi đây là thứ Bảy hoặc Chủ nhật đi làm thay ngày nghỉ khác.', verbose_name='làm bù')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='căn cứ')),
            ],
            options={
                'verbose_name': 'ngày nghỉ, ngày làm bù',
                'verbose_name_plural': 'ngày nghỉ, ngày làm bù',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='WrittenForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'biểu mẫu đã ghi',
                'verbose_name_plural': 'biểu mẫu đã ghi',
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='lúc')),
                ('action', models.CharField(choices=[('sign_in', 'Đăng nhập'), ('sign_in_refused', 'Đăng nhập bị từ chối'), ('sign_out', 'Đăng xuất'), ('session_ended', 'Hết phiên làm việc'), ('view', 'Xem'), ('reveal', 'Xem dữ liệu nhạy cảm'), ('search_outside', 'Tra cứu ngoài địa bàn'), ('create', 'Lập mới'), ('change', 'Sửa'), ('move', 'Chuyển bước'), ('print', 'In, tải'), ('decide', 'Kết luận'), ('refused', 'Bị từ chối'), ('admin', 'Quản trị'), ('system', 'Hệ thống')], max_length=20, verbose_name='việc')),
                ('actor_badge', models.CharField(blank=True, db_index=True, max_length=20, verbose_name='số hiệu')),
                ('actor_name', models.CharField(blank=True, max_length=140, verbose_name='cán bộ')),
                ('unit_code', models.CharField(blank=True, db_index=True, max_length=5)),
                ('unit_name', models.CharField(blank=True, max_length=100, verbose_name='đơn vị')),
                ('province_code', models.CharField(blank=True, max_length=5)),
                ('target_kind', models.CharField(blank=True, max_length=40, verbose_name='loại')),
                ('target_ref', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='mã')),
                ('target_label', models.CharField(blank=True, max_length=200, verbose_name='đối tượng')),
                ('sentence', models.TextField(verbose_name='nội dung')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='lý do, mục đích')),
                ('ip_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='địa chỉ máy')),
                ('data', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'dòng nhật ký',
                'verbose_name_plural': 'nhật ký truy cập',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('action__in', ['change', 'search_outside'])), fields=['unit_code', 'at'], name='audit_figures')],
            },
        ),
        migrations.CreateModel(
            name='Setting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='mã')),
                ('value', models.IntegerField(verbose_name='giá trị')),
                ('valid_from', models.DateField(verbose_name='áp dụng từ')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='căn cứ')),
            ],
            options={
                'verbose_name': 'ngưỡng, thời hạn',
                'verbose_name_plural': 'ngưỡng, thời hạn',
                'ordering': ['code', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('code', 'valid_from'), name='setting_once_per_date')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, verbose_name='mã')),
                ('name', models.CharField(help_text='Ví dụ: Phường Ba Đình', max_length=100, verbose_name='tên đầy đủ')),
                ('level', models.CharField(choices=[('province', 'cấp tỉnh'), ('district', 'cấp huyện (đã bỏ)'), ('commune', 'cấp xã')], max_length=10, verbose_name='cấp')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='căn cứ')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='vĩ độ')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='kinh độ')),
                ('area_km2', models.FloatField(blank=True, null=True, verbose_name='diện tích (km²)')),
                ('name_folded', models.CharField(db_index=True, editable=False, max_length=300)),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=300)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.unit', verbose_name='thuộc')),
            ],
            options={
                'verbose_name': 'đơn vị hành chính',
                'verbose_name_plural': 'đơn vị hành chính',
                'ordering': ['sort_key'],
                'constraints': [models.UniqueConstraint(fields=('level', 'code', 'valid_from'), name='unit_once_per_date'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_dates_in_order', violation_error_message='Ngày kết thúc phải sau ngày bắt đầu.')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('path', models.CharField(max_length=300)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('fields', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('held', 'đang nhập'), ('beside', 'gõ tiếp sau khi phiếu đã chuyển'), ('aside', 'cất riêng')], default='held', max_length=10)),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_at', models.DateTimeField(null=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('taken_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'bản nháp',
                'verbose_name_plural': 'bản nháp',
                'indexes': [models.Index(fields=['unit', 'path'], name='draft_of_an_office')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('held', 'beside'))), fields=('officer', 'path'), name='draft_once_per_address'), models.CheckConstraint(condition=models.Q(models.Q(('taken_at', None), ('taken_from', None)), models.Q(('taken_at__isnull', False), ('taken_from__isnull', False)), _connector='OR'), name='draft_taken_from_and_at')],
            },
        ),
        migrations.AddField(
            model_name='officer',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='accounts.unit', verbose_name='đơn vị'),
        ),
        migrations.CreateModel(
            name='UnitSuccessor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('whole', 'nhập toàn bộ'), ('divided', 'chia nhiều nơi')], max_length=10, verbose_name='hình thức')),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='predecessors', to='accounts.unit', verbose_name='đơn vị mới')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successors', to='accounts.unit', verbose_name='đơn vị cũ')),
            ],
            options={
                'verbose_name': 'đơn vị kế tiếp',
                'verbose_name_plural': 'đơn vị kế tiếp',
                'constraints': [models.UniqueConstraint(fields=('old', 'new'), name='successor_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='officer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['officer', 'chief', 'province_supervisor']), _negated=True), ('unit__isnull', False), _connector='OR'), name='officer_has_a_unit', violation_error_message='Vai trò này phải có đơn vị.'),
        ),
        migrations.RunSQL(TRAIL.PROTECT, TRAIL.UNPROTECT),
        migrations.RunPython(TRAIL.make_cache_table, migrations.RunPython.noop),
        migrations.RunPython(HOLIDAYS.enter, migrations.RunPython.noop),
    ]
