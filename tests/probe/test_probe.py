import pytest
from afsweb.core.models import User, Role
from datasets_app.models import Domain

def test_a(db, client_as):
    print(client_as(Role.ADMIN).get("/").status_code, Domain.objects.count())
    assert Domain.objects.count()

@pytest.mark.django_db(transaction=True)
def test_t1():
    assert Domain.objects.count()
@pytest.mark.django_db(transaction=True)
def test_t2():
    assert Domain.objects.count()

def test_page(page_as):
    page = page_as(Role.ADMIN)
    page.goto("/admin/")
    assert "dmin" in page.title()
    assert Domain.objects.count()
