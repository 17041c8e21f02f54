#!/bin/sh
# Dumps the database and seals it for the recipients of BACKUP_RECIPIENTS (public keys of age): whoever steals this
# machine cannot open what it wrote. Kept BACKUP_DAYS days (35). The name a monitor sees is there when it is whole.
set -eu
: "${BACKUP_DATABASE_URL:?the address of the database, for a role with pg_read_all_data}"
: "${BACKUP_DIR:?the folder back-ups are written into}"
: "${BACKUP_RECIPIENTS:?a file of public keys made with age-keygen}"
umask 027
made="$BACKUP_DIR/dancu-$(date +%Y%m%d-%H%M%S).dump.age"
trap 'rm -f "$made.part" "$made.failed"' EXIT
# A pipe hides that its beginning failed: half a dump must never be taken for a whole one.
{ pg_dump --format=custom --compress=6 --dbname="$BACKUP_DATABASE_URL" || touch "$made.failed"; } \
    | age --encrypt --recipients-file "$BACKUP_RECIPIENTS" --output "$made.part"
[ ! -e "$made.failed" ]
mv "$made.part" "$made"
find "$BACKUP_DIR" -maxdepth 1 -name 'dancu-*.dump.age' -mtime "+${BACKUP_DAYS:-35}" -delete
