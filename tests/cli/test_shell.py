"""The shell has the site at hand, and the tests run from anywhere."""


def test_the_shell_has_the_application_a_session_and_the_models(shop):
    """Under short names."""
    shop.run("makemigration")
    shop.run("migrate")

    code, out, _ = shop.run(
        "shell", "-c", "db.add(Book(title='x')); db.commit(); print(db.query(Book).count(), app.name)"
    )

    assert (code, out) == (0, "1 shop\n")


def test_the_shell_works_without_a_database(shop):
    """What there is, is there."""
    shop.write("config/site.toml", "[site]\nname = 'shop'\n")

    assert shop.run("shell", "-c", "print('db' in globals(), mapper.url('book', id=3))")[:2] == (0, "False /books/3\n")


def test_the_tests_of_a_project_run_in_its_folder(shop):
    """Options go to pytest, and its exit code comes back."""
    passed = shop.manage("test", "-q")
    shop.write("tests/test_home.py", "def test_wrong():\n    assert False\n")
    failed = shop.manage("test", "-q", "-x")

    assert (passed.returncode, failed.returncode) == (0, 1)
    assert "1 passed" in passed.stdout
