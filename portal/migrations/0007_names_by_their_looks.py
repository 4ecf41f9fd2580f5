"""Names and handles are compared as they look (look-alike letters folded) instead of letter by letter."""

from django.db import migrations

from portal.core.lookalikes import skeleton


def settle(rows, longest):
    """Primary key to folded form. Of several that look alike the first comer has the plain form, the others carry a
    mark behind "~": nobody is renamed or locked out, and nobody new can take the looks of any of them."""
    taken, settled = set(), {}
    for pk, public_id, text in rows:
        folded = skeleton(text)[:longest]
        settled[pk] = f"{folded}~{public_id}" if folded in taken else folded
        taken.add(folded)
    return settled


def fold_by_looks(apps, schema_editor):
    Member = apps.get_model("portal", "Member")
    # Who confirmed an address comes before who did not, then the older account.
    members = sorted(
        Member.objects.values_list("pk", "public_id", "name", "handle", "joined_at", "opened_at", "email"),
        key=lambda m: (m[4] is None, m[0]),
    )
    # What a cashier typed for an account that waits for its person takes nobody's name.
    waiting = [m for m in members if m[5] is not None and not m[6]]
    names = settle([(m[0], m[1], m[2]) for m in members if m not in waiting], 100)
    names |= {m[0]: f"{skeleton(m[2])[:100]}~{m[1]}" for m in waiting}
    handles = settle([(m[0], m[1], m[3]) for m in members if m[3]], 30)
    before = dict(Member.objects.values_list("pk", "name_fold"))
    changed = [pk for pk in names if names[pk] != before[pk]]
    # In two steps: a new form may still stand in another row that changes, too.
    for pk in changed:
        Member.objects.filter(pk=pk).update(name_fold=f"~{pk}")
    for pk in changed:
        Member.objects.filter(pk=pk).update(name_fold=names[pk])
    for pk, folded in handles.items():
        Member.objects.filter(pk=pk).update(handle_fold=folded)


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_profiles")]

    # Going back leaves the forms: they are unique as before.
    operations = [migrations.RunPython(fold_by_looks, migrations.RunPython.noop)]
