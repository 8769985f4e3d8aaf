from django.db import migrations

# Words that more articles have than a search reads at once (CANDIDATES in actions.searching) are about so many
# among 10,000 articles. Of a word that is not listed PostgreSQL expects the mean number, and then reads all that
# articles have of it and sorts them, instead of the heaviest alone in the order of the index.
LISTED = 1000


def list_common_words(apps, schema_editor):
    _set_statistics(schema_editor, LISTED)


def list_as_by_default(apps, schema_editor):
    _set_statistics(schema_editor, -1)


def _set_statistics(schema_editor, target):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE quality_posting ALTER COLUMN term_id SET STATISTICS {target}")


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_install_improvement_template")]

    operations = [migrations.RunPython(list_common_words, list_as_by_default)]
